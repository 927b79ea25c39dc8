/**
 * The public API of svcnat. All of it is pure, and none of it needs Node: it runs in a browser too.
 *
 *     const { snapshot } = readSnapshot([{ value: JSON.parse(text) }]);
 *     const { model } = buildModel(snapshot, { node: "worker-1", family: "ipv4" });
 *     const parts = backends.iptables((backend) => backend.parts([backend.build(model)]));
 *
 *     const wanted = backends.iptables((backend) => backend.state(backend.build(model)));
 *     const live = { ...wanted, iptables: parseIptables(dump).sections[0]?.tables, extent: "node" } as const;
 *     const { equal, services } = diff(live, wanted, { telling: "live" });
 */

export type { Backend, DescribeOptions, Part } from "./backend/backend.ts";
// Backends: a model becomes rules, rules become text.
export { backends, type WithBackend } from "./backends.ts";
export { KUBE_VERSIONS, type KubeVersion, parseKubeVersion } from "./config/kube-version.ts";
export type { DetectLocal, NodePortCIDR, ProxyConfig, ProxyMode } from "./config/proxy-config.ts";
// Configuration in: what kube-proxy would be told.
export { type ConfigResult, readProxyConfig } from "./config/read-proxy-config.ts";
export type { Change, ChangeKind, Telling } from "./diff/change.ts";
export type { ConntrackDeletion } from "./diff/conntrack.ts";
// Comparison: two states of a node, by meaning.
export { type Difference, type DiffOptions, diff } from "./diff/diff.ts";
export type { Finding } from "./diff/finding.ts";
export type { ChainChange } from "./diff/iptables/compare.ts";
export type { NftChainChange, NftDifference, NftSetChange } from "./diff/nft/compare.ts";
export { describeDifferences } from "./diff/print/describe.ts";
export { printDifference, type SideNames } from "./diff/print/print-text.ts";
export { type RestorePart, restoreParts } from "./diff/restore-parts.ts";
export type { RuleLine } from "./diff/rule-line.ts";
export type { ServiceDifference } from "./diff/service-differences.ts";
// Explanations: whose something is, how it is reached, what is wrong with it, and what changes in another mode.
export { compareModes, type Fate, type ModeComparison, type ModeDifference } from "./explain/compare-modes.ts";
export type { ExplainContext, NodeInFamily } from "./explain/context.ts";
export { type ExplainOptions, explain } from "./explain/explain.ts";
export type { Explanation, NotFound } from "./explain/explanation.ts";
export type { Finding as ExplainFinding } from "./explain/finding.ts";
export { type Prepared, prepare } from "./explain/prepare.ts";
export { describeExplanation } from "./explain/print/describe.ts";
export { describeModeComparison } from "./explain/print/describe-modes.ts";
export { type ModeSwitch, printModeComparison } from "./explain/print/print-modes.ts";
export { printExplanation } from "./explain/print/print-text.ts";
export { readTarget, type Target } from "./explain/target.ts";
export { type Command, printCommand } from "./lang/command.ts";
export { type ParsedAddresses, parseAddresses } from "./lang/ip/parse.ts";
// Texts of the kernel's tools in: what a node has.
export { type ParsedSets, parseSets } from "./lang/ipset/parse.ts";
export { type ParsedRules, parseIptables } from "./lang/iptables/parse.ts";
export type { LineProblem, Section } from "./lang/iptables/sections.ts";
export { type ParsedTable, parseTable } from "./lang/ipvs/parse.ts";
export { type ListingProblem, type ParsedListing, parseNftListing } from "./lang/nft/parse-listing.ts";
export { type ParsedTransaction, parseNftTransaction, type UnknownLine } from "./lang/nft/parse-transaction.ts";
export type { NodeState } from "./lang/node-state.ts";

// The model: what should be reachable, from one node, in one family.
export { buildModel, type ModelOptions, type ModelResult } from "./model/build-model.ts";
export type { BuiltService, ExcludedService } from "./model/built-service.ts";
export type { Endpoint } from "./model/endpoint.ts";
export { findLocalNode, type LocalNode, type LocalNodeOptions, primaryFamily } from "./model/local-node.ts";
export type { LocalTraffic, Model, NodePortAddresses } from "./model/model.ts";
export type { Selection, UnusedEndpoint, UnusedReason } from "./model/select-endpoints.ts";
export type { ExcludedSlice, ServicePort, Traffic } from "./model/service-port.ts";
export type { Topology } from "./model/topology.ts";
// Addresses and commands, as the functions above use them.
export { type CIDR, parseCIDR, printCIDR } from "./net/cidr.ts";
export { type Family, type IP, parseIP } from "./net/ip.ts";
export type { Protocol } from "./net/protocol.ts";
export { type ObjectRef, type Problem, type ProblemCode, printProblem } from "./problem.ts";
// Objects out: one file of whatever was read, with other names if need be.
export type { HeaderFields } from "./save/header.ts";
export { type SavedSnapshot, type SaveOptions, saveSnapshot } from "./save/save-snapshot.ts";
// Objects in: untrusted data becomes a typed snapshot and a list of problems.
export { type ReadResult, readSnapshot, type SourceDocument } from "./snapshot/read-snapshot.ts";
export type {
	EndpointPort,
	EndpointSlice,
	LoadBalancerIngress,
	Node,
	Service,
	ServiceCIDR,
	ServicePortSpec,
	SliceEndpoint,
	Snapshot,
	TrafficPolicy,
} from "./snapshot/snapshot.ts";
export type { SnapshotHeader } from "./snapshot/snapshot-header.ts";
export type { Outcome, Step, Verdict } from "./trace/outcome.ts";
export type { Hook, InterfaceNetwork, NodeAddresses, Packet } from "./trace/packet.ts";
// A packet's way through the rules.
export { describeTrace } from "./trace/print/describe.ts";
export { printTrace } from "./trace/print/print-text.ts";
export { newTracer, type TraceOptions, type Tracer } from "./trace/trace.ts";
