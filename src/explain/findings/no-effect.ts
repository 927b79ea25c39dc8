import { list } from "../../diff/words.ts";
import { familyOf, type IP } from "../../net/ip.ts";
import type { Service } from "../../snapshot/snapshot.ts";
import type { Finding, FindingCode, Severity } from "../finding.ts";
import type { WithoutRules } from "./cluster-index.ts";
import { type Finder, finding } from "./subject.ts";
import { familyInWords } from "./words.ts";

/** Services without rules: why, and which of their fields have no effect. Source: iptables spec, sections 1.2 and 2.1. */
export const withoutRules: Finder = ({ service, name, index }) => {
	const reason = index.excluded.get(name);
	if (reason === undefined) return [];
	const [code, severity, text] = EXPLANATIONS[reason];
	const found = [finding(code, severity, `Service ${name} ${text}`)];
	const fields = reason === "other-proxy" || reason === "headless-label" ? [] : fieldsForRules(service);
	if (fields.length === 0) return found;
	const message = `Expected Service ${name} to have a cluster IP because of ${list(fields)}, found that it ${SHORTLY[reason]}: these fields have no effect. Remove them, or give the Service a cluster IP.`;
	return [...found, finding("FIELD_NO_EFFECT", "warning", message)];
};

const HIDDEN = "so kube-proxy does not see it and there are no rules.";

const EXPLANATIONS: Readonly<Record<WithoutRules, readonly [FindingCode, Severity, string]>> = {
	"external-name": [
		"EXTERNAL_NAME",
		"info",
		"is of type ExternalName: DNS answers with another name, and there are no rules. Nodes have no part in it.",
	],
	headless: [
		"HEADLESS",
		"info",
		"is headless: DNS answers with the addresses of its endpoints, and there are no rules. Clients connect to them directly.",
	],
	"no-cluster-ip": [
		"NO_CLUSTER_IP",
		"warning",
		"has no cluster IP, so there are no rules. Write down the address that the API server has given it, or None for a headless Service.",
	],
	"other-proxy": [
		"HIDDEN_SERVICE",
		"info",
		`has the label service.kubernetes.io/service-proxy-name, ${HIDDEN} Another proxy has to serve it.`,
	],
	"headless-label": [
		"HIDDEN_SERVICE",
		"warning",
		`has the label service.kubernetes.io/headless, ${HIDDEN} Remove the label if it has a cluster IP.`,
	],
};

const SHORTLY: Readonly<Record<WithoutRules, string>> = {
	"external-name": "is of type ExternalName",
	headless: "is headless",
	"no-cluster-ip": "has none",
	"other-proxy": "is another proxy's",
	"headless-label": "is labelled headless",
};

/** Fields that only rules can make true. */
function fieldsForRules(service: Service): readonly string[] {
	const nodePorts = service.ports.flatMap(({ nodePort }) => (nodePort === 0 ? [] : nodePort));
	return [
		...(nodePorts.length > 0 ? [`node port ${list(nodePorts.map(String))}`] : []),
		...(service.externalIPs.length > 0 ? [`externalIPs ${list(service.externalIPs)}`] : []),
		...(service.loadBalancerIngress.length > 0
			? [`load-balancer IP ${list(service.loadBalancerIngress.map(({ ip }) => ip))}`]
			: []),
		...(service.affinitySeconds !== undefined ? ["sessionAffinity ClientIP"] : []),
	];
}

/** Addresses and policies for traffic from outside that a Service with rules has for nothing. */
export const externalWithoutEffect: Finder = (subject) => {
	const { service, name, ports, index } = subject;
	if (ports.length === 0) return [];
	const found: Finding[] = [];
	const isReachable = ports.some(({ port }) => port.isExternallyAccessible);
	if (service.externalTrafficPolicy === "Local" && !isReachable) {
		const message = `Service ${name} has externalTrafficPolicy Local, but no node port, load-balancer IP or external IP: the policy has no effect.`;
		found.push(finding("EXTERNAL_POLICY_NO_EFFECT", "info", message));
	}
	const families = new Set(ports.map(({ node }) => node.model.family));
	const compiled = new Set(index.nodes.map(({ model }) => model.family));
	const ingress = service.loadBalancerIngress.map(({ ip }) => ip);
	const isLost = (ip: IP): boolean => compiled.has(familyOf(ip)) && !families.has(familyOf(ip));
	const lost = [...new Set([...service.externalIPs, ...ingress])].filter(isLost);
	if (lost[0] !== undefined) {
		const family = familyInWords(familyOf(lost[0]));
		const message = `Expected Service ${name} to have an ${family} cluster IP because of ${list(lost)}, found none: these addresses have no effect. Ask for ${family} in ipFamilies, or remove them.`;
		found.push(finding("EXTERNAL_IP_FAMILY", "warning", message));
	}
	const hasUnused = service.externalIPs.some((ip) => families.has(familyOf(ip)));
	if (hasUnused && ports.every(({ port }) => port.externalIPs.length === 0)) {
		const message = `Expected kube-proxy to serve the externalIPs of Service ${name} (${list(service.externalIPs)}), found feature gate AllowServiceExternalIPs off: they have no effect. Use a load balancer, or switch the gate on.`;
		found.push(finding("EXTERNAL_IPS_OFF", "warning", message));
	}
	return found;
};

/** A balancer that nodes do not stand in for. */
export const loadBalancerWithoutIP: Finder = ({ service, name, ports }) => {
	const hasIP = ports.some(({ port }) => port.loadBalancerIPs.length > 0);
	if (service.type !== "LoadBalancer" || ports.length === 0 || hasIP) return [];
	const proxies = service.loadBalancerIngress.filter(({ ipMode }) => ipMode === "Proxy").map(({ ip }) => ip);
	const why =
		proxies.length > 0
			? `${list(proxies)} ${proxies.length === 1 ? "has" : "have"} ipMode Proxy, so clients inside go out to the balancer too`
			: "its status has no IP: the balancer is not ready, or known by a host name only";
	const message = `Nodes serve no load-balancer IP for Service ${name}: ${why}.`;
	return [finding("LOAD_BALANCER_WITHOUT_IP", "info", message)];
};
