import type { ExplainContext } from "../../explain/context.ts";
import { explain } from "../../explain/explain.ts";
import { describeExplanation } from "../../explain/print/describe.ts";
import { printExplanation } from "../../explain/print/print-text.ts";
import { readTarget, type Target } from "../../explain/target.ts";
import { Trouble } from "../../trouble.ts";
import type { ExplainArguments } from "../arguments/explain-arguments.ts";
import { refuseSelector } from "../arguments/selector-argument.ts";
import { compile } from "../compile/compile.ts";
import { printableLines, type Voice, writeResult } from "../output/terminal.ts";
import { compiledState } from "../states/compiled-state.ts";
import { explainModes } from "./explain-compare.ts";

/**
 * Explains a Service, an address, a chain or the node. Gives the exit status: 1 for a finding of severity error, or when clients fare
 * otherwise in another mode, else 0.
 */
export async function explainCommand(
	argv: ExplainArguments & Readonly<Record<string, unknown>>,
	voice: Voice,
): Promise<number> {
	refuseSelector(argv);
	const { namespace } = argv;
	const target = readOperand(argv.operands, namespace);
	const clusterDomain = readDomain(argv.clusterDomain);
	if (argv.compare !== undefined) return explainModes(argv, argv.compare, target, voice);
	const { backend, models, snapshot } = await compile({ ...argv, ipFamily: argv.ipFamily ?? "dual" }, voice);
	const nodes = models.map((model) => ({ model, state: compiledState(backend, model) }));
	const context: ExplainContext = { snapshot, nodes };
	const explanation = explain(context, target, { namespace, clusterDomain });
	if (explanation.kind === "not-found") throw new Trouble(explanation.message);
	if (argv.output === "json") await writeResult(`${JSON.stringify(describeExplanation(explanation), null, 2)}\n`);
	else await writeResult(printableLines(printExplanation(explanation, voice.isVerbose)));
	return explanation.findings.some(({ severity }) => severity === "error") ? 1 : 0;
}

const EXPECTED =
	"a Service (web.shop, shop/web, web -n shop; with :PORT one of its ports), IP[:PORT[/PROTO]], node:PORT, a chain, or node";

function readOperand(operands: readonly string[], namespace: string | undefined): Target {
	const [operand, ...others] = operands;
	if (operand === undefined || others.length > 0) {
		throw new Trouble(`explain: expected one of ${EXPECTED}, got ${operands.length} words`);
	}
	const target = readTarget(operand, namespace);
	if (target !== undefined) return target;
	const within = namespace === undefined ? "" : `, in namespace ${JSON.stringify(namespace)}`;
	throw new Trouble(`explain: expected ${EXPECTED}${within}; got ${JSON.stringify(operand)}`);
}

function readDomain(domain: string | undefined): string | undefined {
	if (domain === undefined || /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/.test(domain)) return domain;
	throw new Trouble(`--cluster-domain: expected a DNS name such as cluster.local, got ${JSON.stringify(domain)}`);
}
