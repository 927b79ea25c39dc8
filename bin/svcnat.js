#!/usr/bin/env node
import { main } from "../dist/cli/main.js";
import { writeWhole } from "../dist/cli/whole-output.js";

writeWhole(process.stdout, 1);
process.exitCode = await main(process.argv.slice(2));
