import type { Backend } from "../backend/backend.ts";
import type { WithBackend } from "../backends.ts";
import type { NodeState } from "../lang/node-state.ts";
import type { Model } from "../model/model.ts";
import { Trouble } from "../trouble.ts";

/** What the kernel has once the rules of a model are loaded. Throws `Trouble` in a mode of which that cannot be said yet. */
export function compiledState(backend: WithBackend, model: Model): NodeState {
	return backend((one) => {
		expectState(one);
		return one.state(one.build(model));
	});
}

/** Throws `Trouble` in a mode whose rules nothing but printing is there for yet. */
export function expectState<R>({ mode, stateProblem }: Backend<R>): void {
	if (stateProblem !== undefined) throw new Trouble(`proxy mode ${mode}: ${stateProblem}`);
}
