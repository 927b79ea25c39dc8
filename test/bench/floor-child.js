// @ts-check
// The least that a program in this language has to do for a dump: read the objects, parse them, hash once for each chain
// name, and write as many bytes to standard output. Arguments: the snapshot, and the rules to be written.
import { hash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";

const [snapshot = "", rules = ""] = process.argv.slice(2);
const text = readFileSync(rules, "latin1");
const names = text.match(/^:KUBE-(?:SVC|SVL|EXT|FW|SEP)-\S+/gm) ?? [];
const objects = JSON.parse(readFileSync(snapshot, "utf8")).items;
for (const name of names) hash("sha256", name, "latin1");
writeFileSync(1, text, "latin1");
if (objects.length === 0) throw new Error("no objects");
