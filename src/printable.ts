/**
 * Text from outside with what would break a line, steer a terminal, or change how other characters are seen written out, as
 * `\u{202e}`.
 */
export function printable(text: string): string {
	return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, (character) => {
		return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
	});
}
