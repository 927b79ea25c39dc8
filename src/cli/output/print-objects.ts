import yaml from "js-yaml";
import type { Fields } from "../../fields/fields.ts";

/** Objects as YAML, a document each, or as JSON, one `List`. Both are read back as the same values. */
export function printObjects(objects: readonly Fields[], format: "json" | "yaml"): string {
	return format === "json" ? printList(objects) : objects.map(printDocument).join("---\n");
}

/** One by one: js-yaml compares all objects of a document with each other. */
function printDocument(object: Fields): string {
	return yaml.dump(object, { lineWidth: -1, noRefs: true });
}

function printList(items: readonly Fields[]): string {
	return `${JSON.stringify({ apiVersion: "v1", kind: "List", items }, null, 2)}\n`;
}
