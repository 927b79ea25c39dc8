import fc from "fast-check";
import { type EndpointSlice, type IP, readSnapshot, type Service, type Snapshot } from "../../src/index.ts";
import { arbitraryObjects, type Objects } from "./arbitrary-snapshot.ts";

/** One change of a cluster, as a function from one snapshot to the next: all that it does not touch are the same objects. */
export type ChangeOf = (snapshot: Snapshot) => Snapshot;

/** The snapshot of generated objects. */
export function snapshotOf(objects: Objects): Snapshot {
	return readSnapshot(objects.map((value) => ({ value }))).snapshot;
}

type Seed = { readonly donor: Snapshot; readonly at: number };

/** Every kind of change. Names are those of the generated clusters: a donor's object takes the place of one of that name. */
const KINDS: Readonly<Record<string, (seed: Seed) => ChangeOf>> = {
	"a slice without endpoints": ({ at }) => inSlices(at, (slice) => [{ ...slice, endpoints: [] }]),
	"a slice with an endpoint less": ({ at }) => inSlices(at, (one) => [{ ...one, endpoints: one.endpoints.slice(1) }]),
	"a slice none of whose endpoints are ready": ({ at }) => inSlices(at, (slice) => [withoutReady(slice)]),
	"a slice with odd spellings": ({ at }) => inSlices(at, (slice) => [withOddSpelling(slice)]),
	"a slice of another Service": ({ at }) => inSlices(at, (slice) => [{ ...slice, serviceName: `svc-${at % 8}` }]),
	"no slice": ({ at }) => inSlices(at, () => []),
	"a slice more": ({ at }) => inSlices(at, (slice) => [slice, { ...slice, name: `${slice.name}-more` }]),
	"another slice": (seed) => withSlices(pick(seed.donor.endpointSlices, seed.at)),
	"another Service": (seed) => withServices(pick(seed.donor.services, seed.at)),
	"a Service with the addresses of others": ({ at }) => inServices(at, (service) => [withSharedAddress(service)]),
	"a Service twice": ({ at }) => inServices(at, (service) => [service, service]),
	"two Services of one name": ({ at }) =>
		inServices(at, (service) => [{ ...service, ports: service.ports.slice(1) }, service]),
	"no Service": ({ at }) => inServices(at, () => []),
	"many other objects":
		({ donor }) =>
		(snapshot) =>
			withSlices(donor.endpointSlices)(withServices(donor.services)(snapshot)),
	"another zone": () => (snapshot) => ({
		...snapshot,
		nodes: snapshot.nodes.map((node) => ({ ...node, zone: "else" })),
	}),
	"another address of the node": () => (snapshot) => ({ ...snapshot, nodes: snapshot.nodes.toReversed() }),
	"another order":
		({ at }) =>
		(snapshot) => ({
			...snapshot,
			services: [...snapshot.services.slice(at), ...snapshot.services.slice(0, at)],
			endpointSlices: snapshot.endpointSlices.toReversed(),
		}),
	"copies of all objects":
		() =>
		({ services, endpointSlices, ...others }) => ({
			...others,
			services: services.map((service) => ({ ...service })),
			endpointSlices: endpointSlices.map((slice) => ({ ...slice })),
		}),
	nothing: () => (snapshot) => ({ ...snapshot, services: [...snapshot.services] }),
};

function withoutReady(slice: EndpointSlice): EndpointSlice {
	return { ...slice, endpoints: slice.endpoints.map((endpoint) => ({ ...endpoint, isReady: false })) };
}

function withOddSpelling(slice: EndpointSlice): EndpointSlice {
	const odd = (text: string): string => (text.includes(":") ? text.toUpperCase() : text.replace(/^/, "0"));
	return { ...slice, endpoints: slice.endpoints.map((one) => ({ ...one, address: odd(one.address) })) };
}

function withSharedAddress(service: Service): Service {
	const ip = service.clusterIPs.map((one = "" as IP) => (one.includes(":") ? "fd00:96::1" : "10.96.0.1") as IP);
	return { ...service, clusterIPs: ip, clusterIP: ip[0] ?? "" };
}

function pick<T>(list: readonly T[], at: number): readonly T[] {
	return list.slice(at % (list.length + 1)).slice(0, 1);
}

function inSlices(at: number, change: (slice: EndpointSlice) => readonly EndpointSlice[]): ChangeOf {
	return (snapshot) => {
		const index = at % Math.max(1, snapshot.endpointSlices.length);
		const endpointSlices = snapshot.endpointSlices.flatMap((slice, where) => (where === index ? change(slice) : slice));
		return { ...snapshot, endpointSlices: lastOfEachName(endpointSlices) };
	};
}

function inServices(at: number, change: (service: Service) => readonly Service[]): ChangeOf {
	return (snapshot) => {
		const index = at % Math.max(1, snapshot.services.length);
		const services = snapshot.services.flatMap((service, where) => (where === index ? change(service) : service));
		return { ...snapshot, services };
	};
}

function withSlices(slices: readonly EndpointSlice[]): ChangeOf {
	return (snapshot) => ({ ...snapshot, endpointSlices: lastOfEachName([...snapshot.endpointSlices, ...slices]) });
}

function withServices(services: readonly Service[]): ChangeOf {
	return (snapshot) => ({ ...snapshot, services: lastOfEachName([...snapshot.services, ...services]) });
}

function lastOfEachName<T extends Service | EndpointSlice>(objects: readonly T[]): readonly T[] {
	return [...new Map(objects.map((object) => [`${object.namespace}/${object.name}`, object])).values()];
}

/** One to three changes at once. */
export const arbitraryChange: fc.Arbitrary<ChangeOf> = fc
	.array(
		fc.record({
			kind: fc.constantFrom(...Object.keys(KINDS)),
			donor: arbitraryObjects.map(snapshotOf),
			at: fc.nat({ max: 20 }),
		}),
		{ minLength: 1, maxLength: 3 },
	)
	.map(
		(seeds) => (snapshot) =>
			seeds.reduce((changed, seed) => (KINDS[seed.kind] as (seed: Seed) => ChangeOf)(seed)(changed), snapshot),
	);
