import { beforeAll, describe, expect, it } from "vitest";
import { type Run, svcnat } from "../support/svcnat.ts";
import { dumped, LIVE, withoutEndpoint } from "./diff-support.ts";

let broken = "";

beforeAll(async () => {
	broken = withoutEndpoint(await dumped("-o", "save", "--ip-family", "ipv4"));
});

/** A node on which the endpoint is missing. */
async function live(...args: readonly string[]): Promise<Run> {
	return svcnat([...LIVE, "--live", "-", "-q", ...args], { input: broken });
}

describe("svcnat diff narrowed", () => {
	it.for([
		[["-n", "shop"], 1],
		[["--namespace", "kube-system"], 0],
		[["-n", "sho"], 0],
		[["--service", "shop/cart"], 1],
		[["--service", "cart.shop"], 1],
		[["--service", "cart.shop.svc"], 1],
		[["--service", "cart.shop.svc.cluster.local"], 1],
		[["--service", "svc/cart", "-n", "shop"], 1],
		[["--service", "service/cart", "-n", "shop"], 1],
		[["--service", "services/shop/cart"], 1],
		[["--service", "cart", "-n", "shop"], 1],
		[["--service", "shop/cart", "-n", "shop"], 1],
		[["--service", "shop/car"], 0],
		[["--service", "shop/cart:http"], 0],
		[["--service", "shop/web"], 0],
		[["--service", "shop/web:http"], 0],
	] as const)("by %j decides by what is shown", async ([args, status]) => {
		const { stdout, exitCode } = await live(...args);
		expect({ exitCode, first: stdout.split(/[ :]/)[0] }).toEqual({
			exitCode: status,
			first: status === 1 ? "1" : "no",
		});
	});
});
