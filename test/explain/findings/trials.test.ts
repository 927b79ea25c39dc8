import { describe, expect, it } from "vitest";
import { foundIn } from "./cluster.ts";
import { TRIALS } from "./trials/all.ts";

describe.each(Object.entries(TRIALS))("findings about %s", (_, trials) => {
	it.each(trials)("$code: $title", ({ code, present, absent, found }) => {
		expect(foundIn(present, code)).toEqual(found);
		expect(foundIn(absent, code)).toEqual([]);
	});
});
