import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "vitest";
import { svcnat } from "../support/svcnat.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { dumped, expectTrouble, LIVE, SHOP, written } from "./diff-support.ts";

describe("svcnat diff refuses", () => {
	it.for([
		["an empty dump", "dump", "", /found nothing like it|is empty/],
		["an empty part", "save.v4.txt", "", /save\.v4\.txt: is empty/],
		["blanks", "dump", " \n\n", /found nothing like it/],
		["binary", "dump", "\0\u0001\u0002ELF\n\0\0", /found nothing like it/],
		["a picture by the name of a part", "ipvsadm.txt", "\u0089PNG\r\n\n\0", /expected what ipvsadm -Sn prints/],
		[
			"sets by the name of addresses",
			"kube-ipvs0.txt",
			"create A hash:ip family inet\n",
			/expected what ip -o address prints/,
		],
		["words by the name of sets", "ipset.txt", "hello\n", /expected what ipset save prints/],
		["words by the name of rules", "save.v4.txt", "hello\n", /save\.v4\.txt:1: expected a line of iptables-save, got/],
		["YAML", "dump", "kind: Service\n", /found nothing like it/],
		["a listing of nft that is cut off", "dump", "table ip kube-proxy {\n", /dump:2: expected the end of table/],
		["a listing of nft by its name", "ruleset.txt", "hello\n", /ruleset\.txt:1: expected a table, got "hello"/],
		["a part of a transaction", "nft.v4.txt", "delete table ip kube-proxy\n", /only a part of what a node has/],
	] as const)("%s", async ([, name, text, message]) => {
		const file = written(temporaryDirectory(), name, text);
		expectTrouble(await svcnat([...LIVE, "--live", file, "-q"]), message);
		const operands = await svcnat(["diff", file, file, "-q"]);
		expectTrouble(operands);
	});

	it("bytes that are no text, as a dump, a part and an operand", async () => {
		const bytes = Uint8Array.from({ length: 5000 }, (_, index) => (index * 7919) % 256);
		for (const name of ["dump", "save.v4.txt", "ipset.txt", "ipvsadm.txt", "kube-ipvs0.txt"]) {
			const file = written(temporaryDirectory(), name, bytes);
			expectTrouble(await svcnat([...LIVE, "--live", file, "-q"]));
			expectTrouble(await svcnat(["diff", file, SHOP, "--node", "worker-1", "-q"]));
		}
	});

	it("a file, a directory or a part that is not there", async () => {
		const directory = temporaryDirectory();
		expectTrouble(
			await svcnat([...LIVE, "--live", join(directory, "none")]),
			/none: cannot be read: no such file or directory/,
		);
		expectTrouble(
			await svcnat(["diff", join(directory, "none"), SHOP]),
			/none: cannot be read: no such file or directory/,
		);
		expectTrouble(await svcnat([...LIVE, "--live", directory]), /expected save\.v4\.txt, ipset\.txt or other parts/);
		expectTrouble(await svcnat(["diff", directory, directory]), /no object found/);
		mkdirSync(join(directory, "save.v4.txt"));
		expectTrouble(await svcnat([...LIVE, "--live", directory]), /save\.v4\.txt: cannot be read: is a directory/);
	});

	it("rules of another family than the name or the option says", async () => {
		const directory = temporaryDirectory();
		const save = await dumped("-o", "save", "--ip-family", "ipv4");
		const save6 = await dumped("-o", "save", "--ip-family", "ipv6");
		const named = written(directory, "save.v4.txt", save6);
		expectTrouble(
			await svcnat([...LIVE, "--live", named]),
			/expected rules of ipv4 by the name of the file, found ipv6/,
		);
		const plain = written(directory, "dump", save6);
		expectTrouble(
			await svcnat([...LIVE, "--live", plain, "--ip-family", "ipv4", "-q"]),
			/dump: expected rules of ipv4, found none/,
		);
		expectTrouble(
			await svcnat(["diff", plain, plain, "--ip-family", "ipv4"]),
			/dump: expected rules of ipv4, found none/,
		);
		expectTrouble(
			await svcnat(["diff", written(directory, "v4", save), plain]),
			/v4: expected rules of ipv6, found none/,
		);
		const nobody = written(directory, "nobody", "*nat\n:KUBE-SERVICES - [0:0]\nCOMMIT\n");
		expectTrouble(await svcnat([...LIVE, "--live", nobody]), /give --ip-family ipv4 or ipv6/);
	});
});
