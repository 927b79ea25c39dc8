// @ts-check
// Stands in for string-width in the bundle.

/**
 * How many columns a text takes. What yargs lays out is our own help, in ASCII; to be ready for emoji, string-width has regular
 * expressions that take a third of the time of `svcnat --help` to be read.
 *
 * @param {string} text
 */
export default function plainWidth(text) {
	return text.length;
}
