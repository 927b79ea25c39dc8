import { plural } from "../../diff/words.ts";
import { hostPort } from "../../net/ip.ts";
import type { ServiceExplanation } from "../explanation.ts";
import type { LoadBalancer, PoolMember } from "../pool.ts";
import { isOnlyPort, portNameOf } from "../words.ts";
import { section, table } from "./columns.ts";

/** For a Service of type LoadBalancer: the pool a balancer outside would use. */
export function printLoadBalancer({ loadBalancer }: ServiceExplanation, isVerbose: boolean): readonly string[] {
	if (loadBalancer === undefined) return [];
	const lines = [addressLine(loadBalancer), healthLine(loadBalancer)];
	const rows = loadBalancer.members.map((member) => {
		const { node, address, port, servicePort } = member;
		return [
			hostPort(address, port),
			node,
			isOnlyPort(loadBalancer.members) ? "" : portNameOf(servicePort),
			passesText(member),
		];
	});
	const pool =
		rows.length === 0
			? section("Pool of an outside balancer", [
					"  empty: the Service has no node port, or no Node in the input an address",
				])
			: table("Pool of an outside balancer", ["ADDRESS", "NODE", "PORT", "PASSES ITS HEALTH CHECK"], rows, isVerbose);
	return [...section("Load balancer", lines), ...pool];
}

function addressLine({ addresses }: LoadBalancer): string {
	if (addresses.length === 0) return "  its status has no address yet";
	return `  ${addresses.map(({ ip, ipMode }) => `${ip} (ipMode ${ipMode})`).join(", ")}`;
}

function healthLine({ healthCheckNodePort }: LoadBalancer): string {
	return healthCheckNodePort === 0
		? "  health check: nodes are asked whether their kube-proxy answers (port 10256, /healthz, by default)"
		: `  health check: nodes are asked at port ${healthCheckNodePort} whether they have ready endpoints`;
}

function passesText({ passes, localEndpoints }: PoolMember): string {
	if (passes === "node") return "while its kube-proxy answers";
	return `${passes}: ${plural(localEndpoints, "ready endpoint")} there`;
}
