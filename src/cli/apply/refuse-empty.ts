import { hasEndpointRules, hasServiceRules } from "../../apply/service-rules.ts";
import { Trouble } from "../../trouble.ts";
import { say, type Voice } from "../output/terminal.ts";
import type { Found, TouchArguments } from "./machine.ts";
import type { Wanted } from "./wanted.ts";

/**
 * Objects without any Service that gives rules, or without any EndpointSlice, are more often a part of a cluster than a
 * cluster: whoever wrote them down lost something. Rules for Services are not removed for their sake.
 *
 * @throws Trouble when such rules would go, unless told to go on
 */
export function refuseEmpty(
	wanted: Pick<Wanted, "states" | "hasServices" | "hasEndpointSlices">,
	{ states }: Pick<Found, "states">,
	{ force, dryRun }: TouchArguments,
	voice: Voice,
): void {
	if (wanted.hasServices && wanted.hasEndpointSlices) return;
	const hasRules = wanted.hasServices ? hasEndpointRules : hasServiceRules;
	const isTouched = wanted.states.some((state) => {
		const live = states.get(state.family);
		return live !== undefined && hasRules(live, state);
	});
	if (!isTouched) return;
	const reason = wanted.hasServices ? LOST_ENDPOINTS : LOST_SERVICES;
	if (force !== true && dryRun !== true) {
		throw new Trouble(`${reason}: the rules stay as they are (--force takes the objects at their word)`);
	}
	say(voice, "warning", reason);
}

const LOST_SERVICES =
	"no Service of the objects gives rules, not even the cluster's own, and this node has rules for Services";
const LOST_ENDPOINTS = "the objects have Services but not one EndpointSlice, and this node has rules for endpoints";
