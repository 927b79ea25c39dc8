type Labels = Readonly<Record<string, string>>;

/** Whether labels fit a `labelSelector`: equality and sets, all of them. */
export function selects(selector: string, labels: Labels = {}): boolean {
	return requirements(selector).every((requirement) => fits(requirement, labels));
}

/** Cuts at commas that are not in parentheses. */
function requirements(selector: string): readonly string[] {
	return (selector.match(/(?:\([^)]*\)|[^,(])+/g) ?? []).map((text) => text.trim());
}

function fits(requirement: string, labels: Labels): boolean {
	const [, key = "", operator = "", values = ""] = /^(\S+)\s+(in|notin)\s+\((.*)\)$/.exec(requirement) ?? [];
	if (operator !== "") {
		const isIn = values.split(",").some((value) => value.trim() === labels[key]);
		return operator === "in" ? isIn : !isIn;
	}
	const [, name = "", sign = "", value = ""] = /^([^=!]+?)\s*(==|=|!=)\s*(.*)$/.exec(requirement) ?? [];
	if (sign !== "") return sign === "!=" ? labels[name] !== value : labels[name] === value;
	return requirement.startsWith("!") ? labels[requirement.slice(1)] === undefined : labels[requirement] !== undefined;
}
