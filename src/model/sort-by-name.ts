/** An object of a namespace. */
interface Named {
	readonly namespace: string;
	readonly name: string;
}

/** By `namespace/name`, bytewise: names are ASCII, and `/` sorts before everything but `-` and `.`. */
export function sortByName<T extends Named>(objects: readonly T[]): readonly T[] {
	return [...objects].sort(compareNames);
}

/** Two lists that are sorted by the names of objects, as one. */
export function mergeByName<T>(
	values: readonly T[],
	others: readonly T[],
	objectOf: (value: T) => Named,
): readonly T[] {
	const merged: T[] = [];
	let next = 0;
	for (const value of values) {
		for (let other = others[next]; other !== undefined; other = others[++next]) {
			if (compareNames(objectOf(other), objectOf(value)) >= 0) break;
			merged.push(other);
		}
		merged.push(value);
	}
	return [...merged, ...others.slice(next)];
}

/** Texts are put together only where the namespaces do not tell: that would be most of the time. */
function compareNames(a: Named, b: Named): number {
	if (a.namespace === b.namespace) return compareTexts(a.name, b.name);
	const isBeginning = a.namespace.startsWith(b.namespace) || b.namespace.startsWith(a.namespace);
	return isBeginning
		? compareTexts(`${a.namespace}/${a.name}`, `${b.namespace}/${b.name}`)
		: compareTexts(a.namespace, b.namespace);
}

function compareTexts(a: string, b: string): number {
	if (a === b) return 0;
	return a < b ? -1 : 1;
}
