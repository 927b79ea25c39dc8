import { captures, oracleCases } from "./oracle.ts";

const IP = "(?:(?:\\d{1,3}\\.){3}\\d{1,3}|[0-9a-f:]*:[0-9a-f:]*)";
const HOST_PORT = "(?:(?:\\d{1,3}\\.){3}\\d{1,3}|\\[[0-9a-f:]*:[0-9a-f:]*\\]):\\d{1,5}";
const SERVICE = `(?:-t|-u|--sctp-service) ${HOST_PORT}`;
const ENTRY = `(?:${IP}|${IP},(?:tcp|udp|sctp):\\d{1,5}(?:,${IP}(?:/\\d{1,3})?)?|\\d{1,5})`;

/** What a line of a part may look like, word for word. */
const LINES: Readonly<Record<string, RegExp>> = {
	"ipset.txt": new RegExp(
		`^(?:create KUBE-[A-Z0-9-]{1,26} (?:hash:(?:ip|ip,port|ip,port,ip|ip,port,net) family inet6? hashsize 1024 maxelem 65536 bucketsize 12|bitmap:port range 0-65535)|add KUBE-[A-Z0-9-]{1,26} ${ENTRY})$`,
	),
	"ipvsadm.txt": new RegExp(`^(?:-A ${SERVICE} -s [a-z]+(?: -p \\d{1,5})?|-a ${SERVICE} -r ${HOST_PORT} -m -w 1)$`),
	"kube-ipvs0.txt": new RegExp(`^${IP}/(?:32|128)$`),
	"sysctls.txt": /^net\.[a-z0-9_.]+ = \d$/,
};

/** Lines of a part that kube-proxy would never have written; empty for a text that is all right. */
export function refusedIpvsLines(part: string, text: string): readonly string[] {
	const lines = text.split("\n");
	if (lines.pop() !== "") return [`${part} does not end in a newline`];
	const pattern = LINES[part];
	if (pattern !== undefined) return lines.filter((line) => !pattern.test(line));
	const known = part.startsWith("restore.") ? RESTORE : SAVE;
	return lines.filter((line) => !known.has(withoutValues(line)));
}

/** The rules of this mode differ in addresses, marks, ports and interfaces only: every other word was captured so. */
function withoutValues(line: string): string {
	return line
		.replace(/0x[0-9a-f]+/g, "MARK")
		.replace(/(?<= -i )[A-Za-z0-9_.:@+-]{1,15}(?= )/, "INTERFACE")
		.replace(/(?<= )(?:(?:\d{1,3}\.){3}\d{1,3}|[0-9a-f]*:[0-9a-f:]+)(?:\/\d{1,3})?(?= |$)/g, "ADDRESS")
		.replace(/--vproto (?:tcp|udp|sctp|6|17|132)(?= )/, "--vproto PROTOCOL")
		.replace(/--vport \d{1,5}(?= )/, "--vport PORT");
}

function capturedLines(prefix: string): ReadonlySet<string> {
	const texts = oracleCases().flatMap(({ name }) =>
		captures(name, "ipvs").filter(({ file }) => file.startsWith(prefix)),
	);
	return new Set(texts.flatMap(({ text }) => text.split("\n").map(withoutValues)));
}

const RESTORE = capturedLines("restore.");
const SAVE = capturedLines("save.");
