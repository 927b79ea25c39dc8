import { describeEveryCase } from "../support/kernel-cases.ts";

await describeEveryCase("legacy", "ipv6");
