import type { Rule } from "../lang/iptables/ruleset.ts";

const NAME = "[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?/[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)?";

/** What kube-proxy writes around the name of a service port. Source: iptables spec, sections 6.4 to 6.7. */
const COMMENTS: readonly RegExp[] = [
	new RegExp(`^(${NAME})$`),
	new RegExp(
		`^(${NAME}) (?:cluster IP|external IP|loadbalancer IP|has no (?:local )?endpoints|health check node port|traffic not accepted by KUBE-FW-[A-Z2-7]{16}|-> \\S+)$`,
	),
	new RegExp(`^(?:masquerade|masquerade LOCAL|route LOCAL|pod) traffic for (${NAME}) external destinations$`),
	new RegExp(`^other traffic to (${NAME}) will be dropped by KUBE-PROXY-FIREWALL$`),
];

/** The service port that a rule's comment names; undefined when it has no comment of kube-proxy's. */
export function nameInComment({ matches }: Rule): string | undefined {
	for (const match of matches) {
		const name = match.kind === "comment" ? nameInText(match.text) : undefined;
		if (name !== undefined) return name;
	}
	return undefined;
}

/** The service port that the text of a comment names; undefined when it is none of kube-proxy's. */
export function nameInText(text: string): string | undefined {
	if (!text.includes("/")) return undefined;
	for (const pattern of COMMENTS) {
		const name = pattern.exec(text)?.[1];
		if (name !== undefined) return name;
	}
	return undefined;
}
