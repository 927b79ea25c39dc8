import { BEHAVIOURS } from "../../config/kube-version.ts";
import { list, plural } from "../../diff/words.ts";
import { type Finder, finding } from "./subject.ts";
import { verb } from "./words.ts";

/** Slices that by their names are the Service's, without the label that would make them so. */
export const slicesWithoutLabel: Finder = ({ name, service, index }) => {
	const slices = index.unlabelled.get(name) ?? [];
	if (slices.length === 0) return [];
	const count = slices.reduce((sum, { endpoints }) => sum + endpoints.length, 0);
	const message = `Expected label kubernetes.io/service-name: ${service.name} at ${verb(slices.length, "slice", "slices")} ${list(slices.map((slice) => slice.name).sort())} in namespace ${service.namespace}, found none: ${plural(count, "endpoint")} ${verb(count, "is", "are")} not used. Add the label if the endpoints are meant for Service ${name}.`;
	return [finding("SLICE_WITHOUT_LABEL", "warning", message)];
};

/** Slices of a Service with rules that kube-proxy does not see. Source: iptables spec, section 1.2. */
export const hiddenSlices: Finder = ({ name, slices, ports }) => {
	const [view] = ports;
	if (view === undefined) return [];
	const hidesOthers = BEHAVIOURS[view.node.model.kubeVersion].proxyNameLabelHidesSlice;
	const hidden = slices.filter(
		({ isLabelledHeadless, hasProxyName }) => isLabelledHeadless || (hasProxyName && hidesOthers),
	);
	if (hidden.length === 0) return [];
	const labels = new Set(
		hidden.map(
			({ isLabelledHeadless }) => `service.kubernetes.io/${isLabelledHeadless ? "headless" : "service-proxy-name"}`,
		),
	);
	const message = `Expected kube-proxy to see all slices of Service ${name}, found ${list([...labels].sort())} at ${list(hidden.map((slice) => slice.name).sort())}: kube-proxy passes over slices with that label. Remove it from the slice, and from the Service it was copied from.`;
	return [finding("HIDDEN_SLICE", "warning", message)];
};

const MOST_ENDPOINTS = 1000;

/** Slices with more endpoints than an API server takes. */
export const largeSlices: Finder = ({ name, slices }) => {
	const large = slices.filter(({ endpoints }) => endpoints.length > MOST_ENDPOINTS);
	if (large.length === 0) return [];
	const found = list(large.map((slice) => `${slice.endpoints.length} in ${slice.name}`).sort());
	const message = `Expected at most ${MOST_ENDPOINTS} endpoints in a slice of Service ${name}, found ${found}: an API server refuses it. Spread them over several slices.`;
	return [finding("SLICE_TOO_LARGE", "warning", message)];
};
