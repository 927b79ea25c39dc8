import { PROXY_MODES, type ProxyMode } from "../../config/proxy-config.ts";
import { Trouble } from "../../trouble.ts";

/** Reads what `--compare` was given: proxy modes with commas between them, each once, two or more. */
export function readModes(text: string): readonly [ProxyMode, ProxyMode, ...(readonly ProxyMode[])] {
	const modes = text.split(",").map((name) => {
		const known = PROXY_MODES.find((mode) => mode === name);
		if (known !== undefined) return known;
		throw new Trouble(`--compare: expected one of ${PROXY_MODES.join(", ")}, got ${JSON.stringify(name)}`);
	});
	const [first, second, ...others] = modes;
	if (first !== undefined && second !== undefined && new Set(modes).size === modes.length) {
		return [first, second, ...others];
	}
	throw new Trouble(`--compare: expected two modes or more, like iptables,ipvs, got ${JSON.stringify(text)}`);
}
