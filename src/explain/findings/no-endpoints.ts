import { list, plural } from "../../diff/words.ts";
import type { EndpointSlice } from "../../snapshot/snapshot.ts";
import type { Finding } from "../finding.ts";
import type { PortView } from "./port-view.ts";
import { isMismatched } from "./slice-ports.ts";
import { finding, type PortFinder, type Subject } from "./subject.ts";
import { endpointList, familyInWords, verb } from "./words.ts";

/** No endpoint that can serve, for no reason that another finding names. */
export const noEndpoints: PortFinder = (view, subject) => {
	const { port, where } = view;
	if (port.selection.hasEndpoints || isMismatched(view, subject)) return [];
	if (slicesOfOtherFamily(view, subject).length > 0) return [];
	const count = port.endpoints.length;
	const expected = `Expected an endpoint that is ready for ${port.name}${where}`;
	const message =
		count === 0
			? `${expected}, found none at all: clients are refused. Check that the selector of Service ${subject.name} matches pods, or that a slice has the label kubernetes.io/service-name: ${subject.service.name}.`
			: `${expected}, found ${plural(count, "endpoint")} that ${verb(count, "is", "are")} not (${endpointList(port.endpoints)}): clients are refused. Look at the readiness of the pods.`;
	return [finding("NO_ENDPOINTS", "error", message, port)];
};

/** A port that no slice of its family can serve, while there are endpoints of another. */
export const familyWithoutEndpoints: PortFinder = (view, subject) => {
	const { node, port } = view;
	const others = slicesOfOtherFamily(view, subject);
	if (others.length === 0) return [];
	const family = familyInWords(node.model.family);
	const types = [...new Set(others.map(({ addressType }) => addressType))].sort();
	const found = `${types.join(" and ")} only (${list(others.map((slice) => slice.name).sort())})`;
	const message = `Expected endpoints with ${family} addresses for ${port.name}, because Service ${subject.name} has the cluster IP ${port.clusterIP}, found ${found}: clients of its ${family} addresses are refused. Give the pods ${family} addresses, or take the family from the Service.`;
	return [finding("FAMILY_WITHOUT_ENDPOINTS", "error", message, port)];
};

/** Slices of other families that have endpoints, when no slice of this family has any. */
function slicesOfOtherFamily(view: PortView, subject: Subject): readonly EndpointSlice[] {
	const { endpoints, excludedSlices } = view.port;
	if (endpoints.length > 0 || isMismatched(view, subject)) return [];
	const others = new Set(excludedSlices.flatMap(({ slice, reason }) => (reason === "other-address-type" ? slice : [])));
	// Endpoints with host names are not read, so it is not known how many there are.
	const mayServe = (slice: EndpointSlice): boolean => slice.endpoints.length > 0 || slice.addressType === "FQDN";
	return subject.slices.filter((slice) => others.has(slice.name) && mayServe(slice));
}

/** Endpoints that are being stopped serve, because nobody else is ready. */
export const onlyTerminating: PortFinder = ({ port, where }: PortView, _subject: Subject): readonly Finding[] => {
	const serving = [...new Set([...port.internal.endpoints, ...port.external.endpoints])];
	const stopping = serving.filter(({ isReady }) => !isReady);
	if (stopping.length === 0) return [];
	const isEverywhere = stopping.length === serving.length && port.endpoints.every(({ isReady }) => !isReady);
	const place = isEverywhere ? "" : " on this node";
	const whom = isEverywhere ? "" : ", as policy Local wants it";
	const message = `Expected an endpoint of ${port.name}${where} that is ready${place}, found ${stopping.length} being stopped (${endpointList(stopping)}): ${verb(stopping.length, "it serves", "they serve")} until ${verb(stopping.length, "it is", "they are")} gone${whom}. Look why no other pod is ready${place}.`;
	return [finding("ONLY_TERMINATING", "warning", message, port)];
};
