/** The packet as far as these matches look at it: the first of a connection, so a TCP packet has SYN set and nothing else. */
interface First {
	readonly protocol: string;
	readonly port: number;
	/** The mark of its connection. */
	readonly connmark: number;
}

/**
 * Whether matches of other people's rules that kube-proxy never writes match the first packet of a connection:
 * `multiport`, `state`, `connmark`, and the ports and flags of `tcp`, `udp` and `sctp`. Undefined: not modelled, or it depends on
 * the source port.
 *
 * @param words as they were written: `-m multiport --dports 80,443`
 */
export function matchesForeign(words: readonly string[], packet: First): boolean | undefined {
	const [option, name = "", ...rest] = words;
	if (option !== "-m") return undefined;
	let answer: boolean | undefined = true;
	for (let index = 0; index < rest.length; ) {
		const isNegated = rest[index] === "!";
		if (isNegated) index++;
		const asked = ask(name, rest.slice(index), packet);
		if (asked === undefined) return undefined;
		const isTrue = asked.isTrue === undefined ? undefined : asked.isTrue !== isNegated;
		if (isTrue === false) return false;
		if (isTrue === undefined) answer = undefined;
		index += asked.words;
	}
	return answer;
}

/** One option: whether it matches, if that can be told, and how many words it has. */
interface Asked {
	readonly isTrue: boolean | undefined;
	readonly words: number;
}

function ask(name: string, [option = "", value = "", more = ""]: readonly string[], packet: First): Asked | undefined {
	switch (`${name} ${option}`) {
		case "multiport --dports":
		case "tcp --dport":
		case "udp --dport":
		case "sctp --dport":
			return { isTrue: isInPorts(value, packet.port), words: 2 };
		case "multiport --ports":
			return { isTrue: isInPorts(value, packet.port) === true || undefined, words: 2 };
		case "multiport --sports":
		case "tcp --sport":
		case "udp --sport":
		case "sctp --sport":
			return { isTrue: undefined, words: 2 };
		case "tcp --syn":
			return { isTrue: packet.protocol === "tcp", words: 1 };
		case "tcp --tcp-flags":
			return { isTrue: packet.protocol === "tcp" && hasFlags(value, more), words: 3 };
		case "state --state":
			return { isTrue: value.toUpperCase().split(",").includes("NEW"), words: 2 };
		case "connmark --mark":
			return { isTrue: hasMark(value, packet.connmark), words: 2 };
		default:
			return undefined;
	}
}

/** `80,443,30000:32767`; an end that is left out is the lowest or highest port. Undefined: names of services. */
function isInPorts(text: string, port: number): boolean | undefined {
	if (!/^[\d:,]+$/.test(text)) return undefined;
	return text.split(",").some((part) => {
		const [low = "", high = low] = part.split(":");
		return port >= Number(low) && port <= (high === "" ? 65535 : Number(high));
	});
}

/** Of the flags in the first list, SYN alone is set: the second list says which have to be. */
function hasFlags(mask: string, wanted: string): boolean {
	const looked = mask.toUpperCase() === "ALL" || mask.toUpperCase().split(",").includes("SYN");
	return wanted.toUpperCase() === (looked ? "SYN" : "NONE");
}

/** `0x80/0x80`; without a mask all bits count. */
function hasMark(text: string, mark: number): boolean | undefined {
	const [value = Number.NaN, mask = 0xffffffff] = text.split("/").map(Number);
	return Number.isNaN(value) || Number.isNaN(mask) ? undefined : (mark & mask) >>> 0 === value;
}
