import { parentPort, workerData } from "node:worker_threads";
import { backends } from "../backends.ts";
import { Trouble } from "../trouble.ts";
import type { Done, NodeWork, Work } from "./all-nodes.ts";
import { compileWith } from "./compile/compile.ts";
import { sayRequirements } from "./output/say-requirements.ts";
import { type Draft, draftParts } from "./output/write-parts.ts";

// What a thread of `dump --all-nodes` does: rules for some nodes, written next to where they will be.
parentPort?.postMessage(work(workerData));

function work({ cluster, argv, voice, nodes }: Work): Done {
	const drafts: Draft[] = [];
	const messages: string[] = [];
	const heard = { ...voice, hear: (message: string) => messages.push(message) };

	function draft({ node, settings, directory }: NodeWork): readonly Draft[] {
		const whole = { ...settings, backend: backends[settings.config.mode] };
		const { backend, models } = compileWith(whole, cluster, { ...argv, node }, heard);
		return backend((one) => {
			const rules = models.map((model) => one.build(model));
			sayRequirements(heard, one, rules);
			return draftParts(directory, one.parts(rules));
		});
	}

	for (const node of nodes) {
		try {
			drafts.push(...draft(node));
		} catch (error) {
			if (!(error instanceof Trouble)) throw error;
			const trouble = { message: `Node ${node.node}: ${error.message}`, below: error.below };
			return { drafts, messages, trouble };
		}
	}
	return { drafts, messages, trouble: undefined };
}
