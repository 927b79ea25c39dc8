/**
 * A function that makes a value when it is first called, and gives the same one from then on. What is needed to make it is
 * let go of afterwards.
 */
export function once<T>(make: () => T): () => T {
	let state: { readonly make: () => T } | { readonly value: T } = { make };
	return () => {
		if ("make" in state) state = { value: state.make() };
		return state.value;
	};
}
