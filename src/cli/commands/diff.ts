import type { Difference } from "../../diff/diff.ts";
import { narrow } from "../../diff/narrow.ts";
import { OTHERS, SHARED } from "../../diff/owner.ts";
import { describeDifferences } from "../../diff/print/describe.ts";
import { printRules } from "../../diff/print/print-rules.ts";
import { printDifference, type SideNames } from "../../diff/print/print-text.ts";
import { type RestorePart, restoreParts } from "../../diff/restore-parts.ts";
import { servicePortsIn } from "../../diff/service-ports.ts";
import type { NodeState } from "../../lang/node-state.ts";
import type { Service } from "../../snapshot/snapshot.ts";
import { Trouble } from "../../trouble.ts";
import { writeMetrics } from "../apply/metrics.ts";
import { both, knownFilter, labelFilter, type PortFilter, readSelector } from "../arguments/selector-argument.ts";
import { servicePortFilter } from "../arguments/service-argument.ts";
import { printableLines, say, type Voice, writeResult } from "../output/terminal.ts";
import { haveCommonPart, knownParts, PART_NAMES } from "../states/common-parts.ts";
import { type DiffArgv, readSides } from "../states/sides.ts";
import { diffModes } from "./diff-modes.ts";

/** Compares, prints what differs, and gives the exit status: 0 equal, 1 different, or another mode still takes packets. */
export async function diffCommand(argv: DiffArgv, voice: Voice): Promise<number> {
	const startedAt = Date.now();
	checkUsage(argv);
	if (argv.fromMode !== undefined && argv.toMode !== undefined) {
		return diffModes(argv, [argv.fromMode, argv.toMode], voice);
	}
	const byName = servicePortFilter(argv);
	const selector = readSelector(argv);
	const { old, current, names, compare, services } = await readSides(argv, voice);
	const isShown = both(byName, selector === undefined ? undefined : labelFilter(selector, labelled(services)));
	const pairs = [...current].map(([family, state]) => {
		const other = old.get(family);
		if (other === undefined) throw new Trouble(`${names.old}: expected rules of ${family}, found none`);
		return { old: other, current: state };
	});
	for (const pair of pairs) checkComparable(pair.old, pair.current, names);
	const whole = pairs.map((pair) => compare(pair.old, pair.current));
	if (isShown !== undefined)
		warnUnknownService(
			argv,
			pairs.flatMap((pair) => [pair.old, pair.current]),
			isShown,
			voice,
		);
	if (selector !== undefined) warnUnlabelled(whole, labelled(services), byName, voice);
	const differences = isShown === undefined ? whole : whole.map((one) => narrow(one, isShown));
	if (argv.metrics !== undefined) writeMetrics(argv.metrics, differences, startedAt);
	const parts = argv.output === "restore" ? pairs.map((pair, index) => partsOf(pair, whole[index])) : [];
	await writeResult(printAs(argv.output ?? "text", differences, names, parts.flat()));
	return differences.every(({ equal, leftovers }) => equal && leftovers.length === 0) ? 0 : 1;
}

/** A name that no rule belongs to is mostly misspelt. */
function warnUnknownService(
	{ service, namespace, selector, only }: DiffArgv,
	states: readonly NodeState[],
	isShown: (servicePort: string) => boolean,
	voice: Voice,
): void {
	if (states.some((state) => servicePortsIn(state).some(isShown))) return;
	const what = [
		service === undefined ? [] : `Service ${JSON.stringify(service)}`,
		service !== undefined || namespace === undefined ? [] : `namespace ${JSON.stringify(namespace)}`,
		selector === undefined || only === true ? [] : `a Service with labels ${JSON.stringify(selector)}`,
	];
	say(voice, "warning", `no rule on either side belongs to ${what.flat().join(" and ")}`);
}

/** Services of snapshots; only those have labels. */
function labelled(services: readonly Service[] | undefined): readonly Service[] {
	if (services !== undefined) return services;
	throw new Trouble("-l: only a snapshot tells the labels of Services, and neither side is one; narrow by -n");
}

/** What a node has of Services that are no more is not shown, but not kept secret either. */
function warnUnlabelled(
	whole: readonly Difference[],
	services: readonly Service[],
	byName: PortFilter | undefined,
	voice: Voice,
): void {
	const isKnown = knownFilter(services);
	const unknown = whole
		.flatMap((one) => one.services.map(({ servicePort }) => servicePort))
		.filter((name) => name !== SHARED && name !== OTHERS && !isKnown(name) && byName?.(name) !== false);
	const [first, ...others] = [...new Set(unknown)];
	if (first === undefined) return;
	const what = others.length === 0 ? first : `${first} and ${others.length} more`;
	say(voice, "warning", `-l: nobody knows the labels of ${what}, so these differences are not shown`);
}

/** What is not known of one side is not compared; when that is everything, "no difference" would be a lie. */
function checkComparable(old: NodeState, current: NodeState, names: SideNames): void {
	if (haveCommonPart(old, current)) return;
	const what = (state: NodeState): string =>
		knownParts(state)
			.map((part) => PART_NAMES[part])
			.join(", ");
	throw new Trouble(`nothing to compare: ${names.old} has ${what(old)}, ${names.current} has ${what(current)}`);
}

function partsOf(pair: { readonly old: NodeState; readonly current: NodeState }, difference: Difference | undefined) {
	return difference === undefined ? [] : restoreParts(pair.old, pair.current, difference);
}

function printAs(
	format: string,
	differences: readonly Difference[],
	names: SideNames,
	parts: readonly RestorePart[],
): string {
	if (format === "json") return `${JSON.stringify(describeDifferences(differences), null, 2)}\n`;
	if (format === "rules") return printableLines(differences.map((one) => printRules(one, names)).join(""));
	if (format === "text") return printableLines(differences.map((one) => printDifference(one, names)).join("\n"));
	const [first, ...more] = parts;
	if (first !== undefined && more.length === 0) return first.text;
	return parts.map(({ loader, text }) => `# ${loader}\n${text}`).join("");
}

function checkUsage({
	operands = [],
	filename = [],
	live = [],
	fromMode,
	toMode,
	output,
	namespace,
	service,
	only,
	selector,
}: DiffArgv): void {
	const usage = "give two operands (OLD NEW), or a cluster or -f SNAPSHOT, alone or with --live FILE";
	if (operands.length !== 0 && operands.length !== 2) throw new Trouble(`${usage}; got ${operands.length} operands`);
	if (operands.length === 2 && (filename.length > 0 || live.length > 0)) {
		throw new Trouble(`${usage}; -f and --live do not go with operands`);
	}
	if ((fromMode === undefined) !== (toMode === undefined)) throw new Trouble("give both --from-mode and --to-mode");
	if (fromMode !== undefined && (operands.length > 0 || live.length > 0)) {
		throw new Trouble("--from-mode and --to-mode go with a cluster or -f SNAPSHOT alone");
	}
	if (only === true && selector !== undefined && fromMode === undefined) {
		throw new Trouble(
			"--only -l leaves Services out, and a node's rules for them would be differences: leave out --only",
		);
	}
	if (only === true && output === "restore") throw new Trouble("-o restore gives all rules: leave out --only");
	if (output === "restore" && (namespace ?? selector ?? service) !== undefined) {
		throw new Trouble("-o restore gives all rules; -n, -l and --service narrow the other forms");
	}
	const inputs = [...operands, ...filename, ...live].filter((name) => name === "-");
	if (inputs.length > 1) throw new Trouble("-: standard input can be given once");
}
