// @ts-check
// js-yaml alone, as svcnat calls it, with the YAML of standard input.
import { readFileSync } from "node:fs";
import yaml from "js-yaml";

const { items } = /** @type {{ items: unknown[] }} */ (
	yaml.load(readFileSync(0, "utf8"), { schema: yaml.CORE_SCHEMA })
);
if (items.length === 0) throw new Error("no objects");
