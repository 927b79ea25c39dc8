import type { WithBackend } from "../../backends.ts";
import type { NodeState } from "../../lang/node-state.ts";
import type { Model } from "../../model/model.ts";

/** What the kernel has once the rules of a model are loaded. */
export function compiledState(backend: WithBackend, model: Model): NodeState {
	return backend((one) => one.state(one.build(model)));
}
