/** Which tool the text is for. */
export type TextDialect = "restore" | "save";

const NAME = "[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?";

/** What a word in braces stands for. Values with a range are checked by their group's name. */
const WORDS: Readonly<Record<string, string>> = {
	P: "(?<protocol>tcp|udp|sctp)",
	SAME: "\\k<protocol>",
	SP: `${NAME}/${NAME}(?::${NAME})?`,
	SVC: "KUBE-SV[CL]-[A-Z2-7]{16}",
	CLUSTER: "KUBE-SVC-[A-Z2-7]{16}",
	LOCAL: "KUBE-SVL-[A-Z2-7]{16}",
	EXT: "KUBE-EXT-[A-Z2-7]{16}",
	FW: "KUBE-FW-[A-Z2-7]{16}",
	SEP: "KUBE-SEP-[A-Z2-7]{16}",
	ADDRESS: "(?<address>[0-9A-Fa-f.:]+)",
	HOST: "(?<address>[0-9A-Fa-f.:]+)(?:/(?:32|128))",
	NETWORK: "(?<network>[0-9a-f.:]+/\\d+)",
	PORT: "(?<port>\\d+)",
	DESTINATION: "(?<destination>\\S+)",
	TEXT_DESTINATION: "(?<destination1>[0-9A-Fa-f.:[\\]]+)",
	INTERFACE: "[A-Za-z0-9_.:@+][A-Za-z0-9_.:@+-]{0,14}",
	LONG: "(?<mark>0x[0-9a-f]{8})",
	SHORT: "(?<mark>0x[0-9a-f]{1,8})",
	MARK: "\\k<mark>",
	SECONDS: "(?<seconds>\\d+)",
	TEN: "(?<probability>[01]\\.\\d{10})",
	ELEVEN: "(?<probability>[01]\\.\\d{11})",
	FULL: "(?:255\\.255\\.255\\.255|ffff(?::ffff){7})",
	LOOPBACK: "(?:127\\.0\\.0\\.0/8|::1/128)",
	LAST: '"kubernetes service nodeports; NOTE: this must be the last rule in this chain"',
	ARROW: "->",
	C: "-m comment --comment",
};

/** A form: braces hold words, angle brackets hold what may be missing. */
function form(text: string): RegExp {
	const escaped = text
		.replace(/[.*+^$()[\]\\]/g, "\\$&")
		.replaceAll("<", "(?:")
		.replaceAll(">", ")?");
	const named = escaped.replace(/\{([A-Z_]+)\}/g, (_, word: string) => WORDS[word] ?? unknownWord(word));
	return new RegExp(`^-A ${named}$`);
}

function unknownWord(word: string): never {
	throw new Error(`unknown word ${word}`);
}

const RESTORE = [
	"KUBE-POSTROUTING -m mark ! --mark {LONG}/{MARK} -j RETURN",
	"KUBE-POSTROUTING -j MARK --xor-mark {LONG}",
	'KUBE-POSTROUTING {C} "kubernetes service traffic requiring SNAT" -j MASQUERADE --random-fully',
	"KUBE-MARK-MASQ -j MARK --or-mark {LONG}",
	'KUBE-FIREWALL {C} "block incoming localnet connections" -d 127.0.0.0/8 ! -s 127.0.0.0/8 -m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT -j DROP',
	"KUBE-FORWARD -m conntrack --ctstate INVALID< -m nfacct --nfacct-name ct_state_invalid_dropped_pkts> -j DROP",
	'KUBE-FORWARD {C} "kubernetes forwarding rules" -m mark --mark {LONG}/{MARK} -j ACCEPT',
	'KUBE-FORWARD {C} "kubernetes forwarding conntrack rule" -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
	"KUBE-SERVICES {C} {LAST} -m addrtype --dst-type LOCAL< ! -d {LOOPBACK}> -j KUBE-NODEPORTS",
	"KUBE-SERVICES {C} {LAST} -d {ADDRESS} -j KUBE-NODEPORTS",
	'KUBE-SERVICES {C} "{SP} cluster IP" -m {P} -p {SAME} -d {ADDRESS} --dport {PORT} -j {SVC}',
	'KUBE-SERVICES {C} "{SP} external IP" -m {P} -p {SAME} -d {ADDRESS} --dport {PORT} -j {EXT}',
	'KUBE-SERVICES {C} "{SP} loadbalancer IP" -m {P} -p {SAME} -d {ADDRESS} --dport {PORT} -j {EXT}',
	'KUBE-SERVICES {C} "{SP} loadbalancer IP" -m {P} -p {SAME} -d {ADDRESS} --dport {PORT} -j {FW}',
	'KUBE-<EXTERNAL->SERVICES {C} "{SP} has no endpoints" -m {P} -p {SAME} -d {ADDRESS} --dport {PORT} -j REJECT',
	'KUBE-<EXTERNAL->SERVICES {C} "{SP} has no local endpoints" -m {P} -p {SAME} -d {ADDRESS} --dport {PORT} -j DROP',
	'KUBE-EXTERNAL-SERVICES {C} "{SP} has no endpoints" -m addrtype --dst-type LOCAL -m {P} -p {SAME} --dport {PORT} -j REJECT',
	'KUBE-EXTERNAL-SERVICES {C} "{SP} has no local endpoints" -m addrtype --dst-type LOCAL -m {P} -p {SAME} --dport {PORT} -j DROP',
	"KUBE-NODEPORTS {C} {SP} -m {P} -p {SAME} -d 127.0.0.0/8 --dport {PORT} -m nfacct --nfacct-name localhost_nps_accepted_pkts -j {EXT}",
	"KUBE-NODEPORTS {C} {SP} -m {P} -p {SAME} --dport {PORT} -j {EXT}",
	'KUBE-NODEPORTS {C} "{SP} health check node port" -m tcp -p tcp --dport {PORT} -j ACCEPT',
	'KUBE-PROXY-FIREWALL {C} "{SP} traffic not accepted by {FW}" -m {P} -p {SAME} -d {ADDRESS} --dport {PORT} -j DROP',
	'{FW} {C} "{SP} loadbalancer IP" -s {NETWORK} -j {EXT}',
	'{FW} {C} "{SP} loadbalancer IP" -s {ADDRESS} -j {EXT}',
	'{FW} {C} "other traffic to {SP} will be dropped by KUBE-PROXY-FIREWALL"',
	'{EXT} {C} "masquerade traffic for {SP} external destinations" -j KUBE-MARK-MASQ',
	'{EXT} {C} "pod traffic for {SP} external destinations" -s {NETWORK} -j {CLUSTER}',
	'{EXT} {C} "pod traffic for {SP} external destinations" -i {INTERFACE} -j {CLUSTER}',
	'{EXT} {C} "masquerade LOCAL traffic for {SP} external destinations" -m addrtype --src-type LOCAL -j KUBE-MARK-MASQ',
	'{EXT} {C} "route LOCAL traffic for {SP} external destinations" -m addrtype --src-type LOCAL -j {CLUSTER}',
	"{EXT} -j {SVC}",
	'{SVC} {C} "{SP} cluster IP" -m {P} -p {SAME} -d {ADDRESS} --dport {PORT}< ! -s {NETWORK}> -j KUBE-MARK-MASQ',
	'{SVC} {C} "{SP} cluster IP" -m {P} -p {SAME} -d {ADDRESS} --dport {PORT} ! -i {INTERFACE} -j KUBE-MARK-MASQ',
	'{SVC}< {C} "{SP} {ARROW} {TEXT_DESTINATION}"> -m recent --name {SEP} --rcheck --seconds {SECONDS} --reap -j {SEP}',
	'{SVC}< {C} "{SP} {ARROW} {TEXT_DESTINATION}">< -m statistic --mode random --probability {TEN}> -j {SEP}',
	"{SEP}< {C} {SP}> -s {ADDRESS} -j KUBE-MARK-MASQ",
	"{SEP}< {C} {SP}>< -m recent --name {SEP} --set> -m {P} -p {SAME} -j DNAT --to-destination {DESTINATION}",
];

const NEW = "-m conntrack --ctstate NEW";

const SAVE = [
	`INPUT ${NEW} {C} "kubernetes load balancer firewall" -j KUBE-PROXY-FIREWALL`,
	`OUTPUT ${NEW} {C} "kubernetes load balancer firewall" -j KUBE-PROXY-FIREWALL`,
	`FORWARD ${NEW} {C} "kubernetes load balancer firewall" -j KUBE-PROXY-FIREWALL`,
	`INPUT ${NEW} {C} "kubernetes externally-visible service portals" -j KUBE-EXTERNAL-SERVICES`,
	`FORWARD ${NEW} {C} "kubernetes externally-visible service portals" -j KUBE-EXTERNAL-SERVICES`,
	'INPUT {C} "kubernetes health check service ports" -j KUBE-NODEPORTS',
	`FORWARD ${NEW} {C} "kubernetes service portals" -j KUBE-SERVICES`,
	`OUTPUT ${NEW} {C} "kubernetes service portals" -j KUBE-SERVICES`,
	'FORWARD {C} "kubernetes forwarding rules" -j KUBE-FORWARD',
	'PREROUTING {C} "kubernetes service portals" -j KUBE-SERVICES',
	'OUTPUT {C} "kubernetes service portals" -j KUBE-SERVICES',
	'POSTROUTING {C} "kubernetes postrouting rules" -j KUBE-POSTROUTING',
	"INPUT -j KUBE-FIREWALL",
	"OUTPUT -j KUBE-FIREWALL",
	"KUBE-POSTROUTING -m mark ! --mark {SHORT}/{MARK} -j RETURN",
	"KUBE-POSTROUTING -j MARK --set-xmark {SHORT}/0x0",
	'KUBE-POSTROUTING {C} "kubernetes service traffic requiring SNAT" -j MASQUERADE --random-fully',
	"KUBE-MARK-MASQ -j MARK --set-xmark {SHORT}/{MARK}",
	'KUBE-FIREWALL ! -s 127.0.0.0/8 -d 127.0.0.0/8 {C} "block incoming localnet connections" -m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT -j DROP',
	"KUBE-FORWARD -m conntrack --ctstate INVALID< -m nfacct --nfacct-name  ct_state_invalid_dropped_pkts> -j DROP",
	'KUBE-FORWARD {C} "kubernetes forwarding rules" -m mark --mark {SHORT}/{MARK} -j ACCEPT',
	'KUBE-FORWARD {C} "kubernetes forwarding conntrack rule" -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
	"KUBE-SERVICES< ! -d {LOOPBACK}> {C} {LAST} -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS",
	"KUBE-SERVICES -d {HOST} {C} {LAST} -j KUBE-NODEPORTS",
	'KUBE-SERVICES -d {HOST} -p {P} {C} "{SP} cluster IP" -m {SAME} --dport {PORT} -j {SVC}',
	'KUBE-SERVICES -d {HOST} -p {P} {C} "{SP} external IP" -m {SAME} --dport {PORT} -j {EXT}',
	'KUBE-SERVICES -d {HOST} -p {P} {C} "{SP} loadbalancer IP" -m {SAME} --dport {PORT} -j {EXT}',
	'KUBE-SERVICES -d {HOST} -p {P} {C} "{SP} loadbalancer IP" -m {SAME} --dport {PORT} -j {FW}',
	'KUBE-<EXTERNAL->SERVICES -d {HOST} -p {P} {C} "{SP} has no endpoints" -m {SAME} --dport {PORT} -j REJECT --reject-with icmp<6>-port-unreachable',
	'KUBE-<EXTERNAL->SERVICES -d {HOST} -p {P} {C} "{SP} has no local endpoints" -m {SAME} --dport {PORT} -j DROP',
	'KUBE-EXTERNAL-SERVICES -p {P} {C} "{SP} has no endpoints" -m addrtype --dst-type LOCAL -m {SAME} --dport {PORT} -j REJECT --reject-with icmp<6>-port-unreachable',
	'KUBE-EXTERNAL-SERVICES -p {P} {C} "{SP} has no local endpoints" -m addrtype --dst-type LOCAL -m {SAME} --dport {PORT} -j DROP',
	'KUBE-NODEPORTS -d 127.0.0.0/8 -p {P} {C} "{SP}" -m {SAME} --dport {PORT} -m nfacct --nfacct-name  localhost_nps_accepted_pkts -j {EXT}',
	'KUBE-NODEPORTS -p {P} {C} "{SP}" -m {SAME} --dport {PORT} -j {EXT}',
	'KUBE-NODEPORTS -p tcp {C} "{SP} health check node port" -m tcp --dport {PORT} -j ACCEPT',
	'KUBE-PROXY-FIREWALL -d {HOST} -p {P} {C} "{SP} traffic not accepted by {FW}" -m {SAME} --dport {PORT} -j DROP',
	'{FW}< -s {NETWORK}> {C} "{SP} loadbalancer IP" -j {EXT}',
	'{FW} {C} "other traffic to {SP} will be dropped by KUBE-PROXY-FIREWALL"',
	'{EXT} {C} "masquerade traffic for {SP} external destinations" -j KUBE-MARK-MASQ',
	'{EXT}< -s {NETWORK}> {C} "pod traffic for {SP} external destinations" -j {CLUSTER}',
	'{EXT} -i {INTERFACE} {C} "pod traffic for {SP} external destinations" -j {CLUSTER}',
	'{EXT} {C} "masquerade LOCAL traffic for {SP} external destinations" -m addrtype --src-type LOCAL -j KUBE-MARK-MASQ',
	'{EXT} {C} "route LOCAL traffic for {SP} external destinations" -m addrtype --src-type LOCAL -j {CLUSTER}',
	"{EXT} -j {SVC}",
	'{SVC}< ! -s {NETWORK}> -d {HOST} -p {P} {C} "{SP} cluster IP" -m {SAME} --dport {PORT} -j KUBE-MARK-MASQ',
	'{SVC} -d {HOST} ! -i {INTERFACE} -p {P} {C} "{SP} cluster IP" -m {SAME} --dport {PORT} -j KUBE-MARK-MASQ',
	'{SVC}< {C} "{SP} {ARROW} {TEXT_DESTINATION}"> -m recent --rcheck --seconds {SECONDS} --reap --name {SEP} --mask {FULL} --rsource -j {SEP}',
	'{SVC}< {C} "{SP} {ARROW} {TEXT_DESTINATION}">< -m statistic --mode random --probability {ELEVEN}> -j {SEP}',
	'{SEP} -s {HOST}< {C} "{SP}"> -j KUBE-MARK-MASQ',
	'{SEP} -p {P}< {C} "{SP}">< -m recent --set --name {SEP} --mask {FULL} --rsource> -m {SAME} -j DNAT --to-destination {DESTINATION}',
];

/** Every form of a rule line, by dialect. */
export const BODIES: Readonly<Record<TextDialect, readonly RegExp[]>> = {
	restore: RESTORE.map(form),
	save: SAVE.map(form),
};
