#!/usr/bin/env node
import { main } from "../dist/bundle/main.js";
import { writeWhole } from "../dist/bundle/whole-output.js";

writeWhole(process.stdout, 1);
process.exitCode = await main(process.argv.slice(2));
