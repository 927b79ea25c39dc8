import type { Match, Side } from "../../lang/iptables/ruleset.ts";
import type { Family } from "../../net/ip.ts";
import { SETS, type SetKey, setName } from "./sets.ts";

/** Which parts of a packet are looked up in a set of a type. */
const SIDES: Readonly<Record<(typeof SETS)[SetKey]["type"], readonly Side[]>> = {
	"hash:ip": ["destination"],
	"hash:ip,port": ["destination", "destination"],
	"hash:ip,port,ip": ["destination", "destination", "source"],
	"hash:ip,port,net": ["destination", "destination", "source"],
	"bitmap:port": ["destination"],
};

/** The packet's destination (and, where the set has one, its source) is in a set. */
export function inSet(key: SetKey, family: Family, sides: readonly Side[] = SIDES[SETS[key].type]): Match {
	return { kind: "set", set: setName(key, family), sides };
}
