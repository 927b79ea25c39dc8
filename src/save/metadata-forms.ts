import { isAbsent, isFields } from "../fields/fields.ts";
import { always, type Form, name, record } from "./forms.ts";
import type { NameSort } from "./words.ts";

/** Name and namespace; without a namespace, a hand-written object is in `default`. */
export function namespaced(sort: NameSort, further: Readonly<Record<string, Form>>): Form {
	const rest = record({ name: name(sort), namespace: name("namespace"), resourceVersion, ...further });
	return (value, words) => {
		if (!isFields(value)) return undefined;
		const { namespace } = value;
		const text = typeof namespace === "string" && namespace !== "" ? namespace : "default";
		return rest({ ...value, namespace: text }, words);
	};
}

/** The metadata of a kind without namespaces. */
export function clusterWide(sort: NameSort, further: Readonly<Record<string, Form>> = {}): Form {
	return record({ name: name(sort), resourceVersion, ...further });
}

/** Whether there is one tells how an object is read; which one does not matter. */
const resourceVersion: Form = (value) => (isAbsent(value) || value === "" ? undefined : "1");

/** Labels that count by being there. */
export const MARKS = {
	"service.kubernetes.io/headless": always(""),
	"service.kubernetes.io/service-proxy-name": always(""),
};
