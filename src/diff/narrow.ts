import type { Difference } from "./diff.ts";
import type { RuleLine } from "./rule-line.ts";

/**
 * A comparison narrowed to some service ports: nothing but what belongs to them is shown, and they alone decide whether
 * there is a difference.
 *
 * @param isShown whether a service port (`shop/web:http`) is among them
 */
export function narrow(difference: Difference, isShown: (servicePort: string) => boolean): Difference {
	const ofShown = ({ owner }: RuleLine): boolean => isShown(owner);
	const services = difference.services.filter(({ servicePort }) => isShown(servicePort));
	const [added, removed] = [difference.added.filter(ofShown), difference.removed.filter(ofShown)];
	const places = new Set([...added, ...removed].map(({ table, text }) => `${table} ${text.split(" ")[1]}`));
	return {
		...difference,
		equal: services.length === 0,
		services,
		added,
		removed,
		chains: difference.chains.filter(({ table, chain }) => places.has(`${table} ${chain}`)),
		conntrack: difference.conntrack.filter(({ servicePort }) => isShown(servicePort)),
		findings: difference.findings.filter(({ severity }) => severity === "error"),
	};
}
