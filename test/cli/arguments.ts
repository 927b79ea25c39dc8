import { GOOD } from "../hostile/inputs.ts";

/** A snapshot with one good Service, for runs where the objects do not matter. */
export const OBJECTS = GOOD;

/** Everything a run needs; without a note about the other family. */
export const RUN: readonly string[] = ["dump", "-f", GOOD, "--node", "worker-1", "--ip-family", "ipv4"];

/** A line of a Service on standard output, IPv4. */
export const GOOD_RULE =
	'-A KUBE-SERVICES -m comment --comment "ok/good:http cluster IP" -m tcp -p tcp -d 10.96.7.7 --dport 80';
