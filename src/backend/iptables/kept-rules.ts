import { takeOver } from "../../common-ends.ts";
import { BEHAVIOURS } from "../../config/kube-version.ts";
import { dispatchOf } from "../../lang/iptables/dispatch-lists.ts";
import type { RuleGroup } from "../../lang/iptables/grouped-table.ts";
import type { Model } from "../../model/model.ts";
import type { ServicePort } from "../../model/service-port.ts";
import { once } from "../../once.ts";
import { type KeptTable, withCanonicalAddresses } from "../netfilter/installed.ts";
import { draft, hasEndpointComments, type KeptRules, type RuleFrame } from "./rules.ts";
import { TABLES, type TableContents } from "./tables.ts";

/**
 * The rules of a model as data, made when they are first asked for.
 *
 * @param before those of another model: service ports that are the same objects in both keep their rules, the same objects too
 */
export function keptRules(model: Model, before?: () => KeptRules): () => KeptRules {
	return once(() => keep(model, before?.()));
}

function keep(model: Model, before: KeptRules | undefined): KeptRules {
	const { servicePorts } = model;
	const frame = frameKey(model);
	const known = before?.frame === frame ? before : undefined;
	const tables = TABLES.map((table, index): KeptTable => {
		const earlier = known?.tables[index];
		const kept = { keys: known?.servicePorts ?? [], values: earlier?.groups ?? [] };
		const groups = takeOver(kept, servicePorts, (port) => groupOf(table, model, port));
		return { name: table.name, head: table.head(model), tail: table.tail(model), ...dispatchOf(groups, earlier) };
	});
	return { frame, servicePorts, tables };
}

/** As the kernel then has them. */
function groupOf({ group }: TableContents, model: Model, port: ServicePort): RuleGroup {
	const own = group(draft(model, port));
	if (!BEHAVIOURS[model.kubeVersion].addressesAsWritten) return own;
	return { ...own, rules: own.rules.map(withCanonicalAddresses) };
}

function frameKey(model: RuleFrame & Pick<Model, "kubeVersion">): string {
	const { kubeVersion, config, localTraffic, localhostNodePorts, nfacctCounters } = model;
	const settings = [config.masqueradeAll, localTraffic ?? null, localhostNodePorts, nfacctCounters];
	return JSON.stringify([kubeVersion, hasEndpointComments(model), ...settings]);
}
