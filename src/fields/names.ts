const LABEL = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9](?:[-.a-z0-9]{0,251}[a-z0-9])?$/;

/** What `isLabel` expects, in words. */
export const LABEL_IN_WORDS = "1-63 characters of a-z, 0-9 and -, with a letter or digit at both ends";

/** What `isSubdomain` expects, in words. */
export const SUBDOMAIN_IN_WORDS = "1-253 characters of a-z, 0-9, - and ., with a letter or digit at both ends";

/** Whether a text is an RFC 1123 label: the form of names of Services, namespaces and ports. */
export function isLabel(text: string): boolean {
	return LABEL.test(text);
}

/** Whether a text is (close to) an RFC 1123 subdomain: the form of names of Nodes and EndpointSlices. */
export function isSubdomain(text: string): boolean {
	return SUBDOMAIN.test(text);
}
