import type { Change, Telling } from "./change.ts";
import { compareViews } from "./compare-views.ts";
import { addressKey, type FrontendView } from "./frontend.ts";
import type { ChainChange } from "./iptables/compare.ts";
import { bareChange, type OwnedLines, oddChange, rulesChange, sharedChanges } from "./iptables/rules-change.ts";
import { groupBy } from "./lists/group-by.ts";
import { nftSharedChanges } from "./nft/shared.ts";
import { OTHERS, SHARED } from "./owner.ts";
import type { RuleLine } from "./rule-line.ts";

/** What differs about one service port. */
export interface ServiceDifference {
	/** `shop/web:http`; the name of a chain or the address of a virtual server when nobody knows more; `shared`, `other`. */
	readonly servicePort: string;
	readonly changes: readonly Change[];
}

/** What differences are made of. */
export interface DifferenceParts {
	readonly affected: ReadonlySet<string>;
	readonly before: readonly FrontendView[];
	readonly after: readonly FrontendView[];
	readonly removed: readonly RuleLine[];
	readonly added: readonly RuleLine[];
	readonly chains: readonly ChainChange[];
	readonly telling: Telling;
	/** Rules that lead to a service port from elsewhere than its addresses. */
	readonly odd: ReadonlyMap<string, readonly string[]>;
	/** The node has no chain of kube-proxy's. */
	readonly isBare: boolean;
}

/** What differs, by service port; what clients notice comes first. */
export function serviceDifferences(parts: DifferenceParts): readonly ServiceDifference[] {
	const [before, after] = [byServicePort(parts.before), byServicePort(parts.after)];
	const [removed, added] = [byOwner(parts.removed), byOwner(parts.added)];
	const heirs = { before: ownersByAddress(parts.before), after: ownersByAddress(parts.after) };
	const found = [...parts.affected].map((servicePort): ServiceDifference => {
		const lines = { removed: removed.get(servicePort) ?? [], added: added.get(servicePort) ?? [] };
		if (servicePort === SHARED && parts.isBare) return { servicePort, changes: [bareChange()] };
		if (servicePort === SHARED || servicePort === OTHERS) {
			const isNft = ({ tool }: RuleLine): boolean => tool === "nft";
			const [ofNft, others] = [linesWith(lines, isNft), linesWith(lines, (line) => !isNft(line))];
			const changes = sharedChanges(servicePort, parts.chains, others, parts.telling);
			return { servicePort, changes: [...changes, ...nftSharedChanges(ofNft, parts.telling)] };
		}
		const odd = parts.odd.get(servicePort);
		if (odd !== undefined) return { servicePort, changes: [oddChange(odd, parts.telling)] };
		const changes = compareViews(before.get(servicePort) ?? [], after.get(servicePort) ?? [], parts.telling, heirs);
		return { servicePort, changes: changes.length > 0 ? changes : [rulesChange(lines, parts.telling)] };
	});
	return found.sort((a, b) => rank(a) - rank(b) || (a.servicePort < b.servicePort ? -1 : 1));
}

function linesWith({ removed, added }: OwnedLines, is: (line: RuleLine) => boolean): OwnedLines {
	return { removed: removed.filter(is), added: added.filter(is) };
}

/** Which service port has an address. */
function ownersByAddress(views: readonly FrontendView[]): ReadonlyMap<string, string> {
	return new Map(views.map((view) => [addressKey(view), view.servicePort]));
}

/** Shared rules concern every client, so they come first; then what clients notice, then the rest. */
function rank({ servicePort, changes }: ServiceDifference): number {
	if (servicePort === OTHERS) return 3;
	if (servicePort === SHARED) return 0;
	return changes.every(({ kind }) => kind === "rules-changed") ? 2 : 1;
}

function byServicePort(views: readonly FrontendView[]): ReadonlyMap<string, readonly FrontendView[]> {
	return groupBy(views, ({ servicePort }) => servicePort);
}

function byOwner(lines: readonly RuleLine[]): ReadonlyMap<string, readonly RuleLine[]> {
	return groupBy(lines, ({ owner }) => owner);
}
