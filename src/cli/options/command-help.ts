import type { Argv } from "yargs";
import { applyOnlyOptions, cleanupOnlyOptions, touchOptions } from "./apply-options.ts";
import { diffOnlyOptions, dumpOnlyOptions, explainOnlyOptions, traceOnlyOptions } from "./command-options.ts";
import { onlyOptions } from "./live-options.ts";
import { nodeOptions, proxyOptions, stateOptions } from "./options.ts";

/** The help of `dump`: usage, options, examples. */
export function dumpOptions(command: Argv) {
	return command
		.usage(
			"$0 dump [-f FILE] [options]\n\nPrint the rules a node would have, as kube-proxy hands them to the kernel tools.",
		)
		.options(dumpOnlyOptions)
		.options(stateOptions)
		.options(onlyOptions)
		.options(nodeOptions)
		.options(proxyOptions)
		.example("$0 dump --node worker-1", "from the cluster that kubectl talks to")
		.example("kubectl get svc,endpointslices,nodes -A -o yaml | $0 dump -f - --node worker-1", "the same by kubectl")
		.example("$0 dump -f fixtures/shop --node worker-1 -o save", "as iptables-save would print it")
		.example("$0 dump -f shop.yaml --node worker-1 --ip-family dual --output-dir out", "all parts as files");
}

/** The help of `diff`: usage, options, examples. */
export function diffOptions(command: Argv) {
	return command
		.usage(
			[
				"$0 diff OLD NEW [options]",
				"$0 diff [-f SNAPSHOT] [--live FILE] [options]",
				"",
				"Compare two snapshots or texts of the kernel's tools, or what a node has with what it should have, by meaning.",
				"Exit status: 0 equal, 1 different, 2 trouble.",
			].join("\n"),
		)
		.positional("operands", {
			type: "string",
			array: true,
			describe: "OLD and NEW: snapshot, iptables-save, ipset save, ipvsadm -Sn or nft list text, or directory of parts",
		})
		.options(diffOnlyOptions)
		.options(stateOptions)
		.options(onlyOptions)
		.options(nodeOptions)
		.options(proxyOptions)
		.example("$0 diff before.yaml after.yaml --node worker-1", "what a change does to a node's rules")
		.example("ssh worker-1 iptables-save | $0 diff -f shop.yaml --node worker-1 --live -", "a node from afar")
		.example("$0 diff -f shop.yaml --node worker-1", "this machine's rules, read with iptables-save")
		.example(
			"ssh worker-1 nft -s list ruleset | $0 diff -f shop.yaml --node worker-1 --proxy-mode nftables --live -",
			"in nftables mode",
		)
		.example(
			"$0 diff -f shop.yaml --node worker-1 --from-mode ipvs --to-mode nftables",
			"what changes for clients with the mode",
		);
}

/** The help of `trace`: usage, options, examples. */
export function traceOptions(command: Argv) {
	return command
		.usage(
			[
				"$0 trace [-f SNAPSHOT] --from WHO --to WHERE [options]",
				"$0 trace --rules FILE --from WHO --to WHERE [options]",
				"",
				"Follow the first packet of a connection through a node's rules: every outcome with its probability.",
			].join("\n"),
		)
		.options(traceOnlyOptions)
		.options(stateOptions)
		.options(onlyOptions)
		.options(nodeOptions)
		.options(proxyOptions)
		.example("$0 trace -f shop.yaml --node worker-1 --from 10.244.1.9 --to web.shop:http", "a pod dials a Service")
		.example("$0 trace --rules save.txt --node-ip 192.0.2.11 --from external --to node:30080", "in a node's own rules");
}

/** The help of `explain`: usage, options, examples. */
export function explainOptions(command: Argv) {
	return command
		.usage(
			[
				"$0 explain WHAT [-f SNAPSHOT] [options]",
				"",
				"Explain a Service with its endpoints and why each serves or not, an address, a node port, a chain, or the node.",
				"Exit status: 1 with a finding of severity error, else 0; 2 trouble.",
			].join("\n"),
		)
		.positional("operands", {
			type: "string",
			array: true,
			describe: "WHAT: web.shop, shop/web, web -n shop, IP[:PORT[/PROTO]], node:PORT, KUBE-SVC-..., or node",
		})
		.options(explainOnlyOptions)
		.options(stateOptions)
		.options(onlyOptions)
		.options(nodeOptions)
		.options(proxyOptions)
		.example("$0 explain web.shop -f shop.yaml --node worker-1", "a Service")
		.example("$0 explain 10.96.10.20:80 -f shop.yaml --node worker-1", "whose an address is, and who is served there");
}

const FAMILIES = { ...nodeOptions["ip-family"], describe: "Whose rules. Default: dual" };

/** The help of `apply`: usage, options, examples. */
export function applyOptions(command: Argv) {
	return command
		.usage(
			[
				"$0 apply [-f SNAPSHOT] [options]",
				"",
				"Read what this machine's kernel holds and load what differs from what it should hold: one transaction a table,",
				"in nftables mode one for all.",
				"Rules of others stay. When something fails, the rules from before are put back.",
			].join("\n"),
		)
		.options(applyOnlyOptions)
		.options(touchOptions)
		.options(stateOptions)
		.options(nodeOptions)
		.options({ "ip-family": FAMILIES })
		.options(proxyOptions)
		.example("$0 apply -f /etc/svcnat --node $(hostname) --dry-run", "the commands, without running them")
		.example("$0 apply -f /etc/svcnat --node $(hostname)", "from cron, say");
}

/** The help of `cleanup`: usage, options, examples. */
export function cleanupOptions(command: Argv) {
	return command
		.usage(
			"$0 cleanup [options]\n\nRemove kube-proxy's chains, jumps, sets, virtual servers and tables; rules of others stay.",
		)
		.options(cleanupOnlyOptions)
		.options(touchOptions)
		.options({ "ip-family": FAMILIES })
		.example("$0 cleanup --proxy-mode ipvs --no-settings", "what a mode left that is in use no more")
		.example("$0 cleanup --all", "the rules of every mode, that in use too");
}
