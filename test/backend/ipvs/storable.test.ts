import { expect, it } from "vitest";
import { backends } from "../../../src/index.ts";
import { modelOf } from "../../support/compile-objects.ts";

it("leaves out addresses that the kernel would refuse, together with all that stands behind them in a text", () => {
	const labels = { "kubernetes.io/service-name": "web" };
	const objects = [
		{
			kind: "Service",
			metadata: { name: "web" },
			spec: { clusterIP: "10.96.0.1", externalIPs: ["0.0.0.0", "198.51.100.1"], ports: [{ port: 80 }] },
			status: { loadBalancer: { ingress: [{ ip: "0.0.0.0" }, { ip: "203.0.113.1" }] } },
		},
		{
			kind: "EndpointSlice",
			metadata: { name: "web-1", labels },
			addressType: "IPv4",
			ports: [{ port: 8080 }],
			endpoints: ["10.244.1.1", "0.0.0.0", "224.0.0.5"].map((ip) => ({ addresses: [ip], nodeName: "n1" })),
		},
	];
	const parts = backends.ipvs((backend) => backend.parts([backend.build(modelOf({ objects, family: "ipv4" }))]));
	const text = ["ipset.txt", "ipvsadm.txt", "kube-ipvs0.txt"]
		.map((name) => parts.find((part) => part.name === name)?.print())
		.join("");
	expect(text).not.toMatch(/(?<![\d.])(?:0\.0\.0\.0|224\.0\.0\.5)/);
	for (const ip of ["10.96.0.1", "198.51.100.1", "203.0.113.1", "10.244.1.1"]) expect(text).toContain(ip);
});
