import type { Backend } from "../backend/backend.ts";
import type { WithBackend } from "../backends.ts";
import type { NodeState } from "../lang/node-state.ts";
import type { Model } from "../model/model.ts";
import { Trouble } from "../trouble.ts";

/** What the kernel has once the rules of a model are loaded. */
export function compiledState(backend: WithBackend, model: Model): NodeState {
	return backend((one) => one.state(one.build(model)));
}

/** The same, for following packets. Throws `Trouble` in a mode whose rules nobody can follow yet. */
export function followedState(backend: WithBackend, model: Model): NodeState {
	backend(expectAllCommands);
	return compiledState(backend, model);
}

function expectAllCommands<R>({ mode, onlyCompared }: Backend<R>): void {
	if (onlyCompared !== undefined) throw new Trouble(`proxy mode ${mode}: ${onlyCompared}`);
}
