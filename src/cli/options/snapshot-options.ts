import type { Argv, Options } from "yargs";
import { onlyOptions } from "./live-options.ts";
import { nodeOptions, proxyOptions, stateOptions } from "./options.ts";

const GROUP = "Snapshot:";

/** What `snapshot` alone has. */
export const snapshotOnlyOptions = {
	output: {
		group: GROUP,
		alias: "o",
		type: "string",
		choices: ["yaml", "json"],
		requiresArg: true,
		describe: "yaml (default): a document an object. json: one List",
	},
	"output-file": {
		group: GROUP,
		type: "string",
		requiresArg: true,
		describe: "Write to this file, in one step, readable by its owner only",
	},
	full: { group: GROUP, type: "boolean", describe: "Keep every field and every kind that was read" },
	anonymize: {
		group: GROUP,
		type: "boolean",
		describe: "Replace names and addresses, leave out what might tell more; the rules keep their shape",
	},
	"anonymize-key": {
		group: GROUP,
		type: "string",
		requiresArg: true,
		describe: "A secret for --anonymize: the same one gives the same addresses. Default: a new one each time",
	},
	"taken-at": {
		group: GROUP,
		type: "string",
		requiresArg: true,
		describe: "What the header says instead of now: 2026-11-21T18:30:00Z, or none",
	},
	namespace: { group: GROUP, alias: "n", type: "string", requiresArg: true, describe: "With --only: what is read" },
} as const satisfies Record<string, Options>;

/** The help of `snapshot`: usage, options, examples. */
export function snapshotOptions(command: Argv) {
	return command
		.usage(
			[
				"$0 snapshot [-f FILE] [options]",
				"",
				"Write what every other command needs to know of a cluster into one file that they all read.",
				"The flags of kube-proxy, and --config, become part of it.",
			].join("\n"),
		)
		.options(snapshotOnlyOptions)
		.options(stateOptions)
		.options(onlyOptions)
		.options({ config: nodeOptions.config })
		.options(proxyOptions)
		.example("$0 snapshot --output-file cluster.yaml", "the cluster that kubectl talks to")
		.example("$0 snapshot --anonymize > report.yaml", "for a bug report")
		.example("$0 snapshot -f cluster.yaml --anonymize > report.yaml", "the same of a file that is there already");
}
