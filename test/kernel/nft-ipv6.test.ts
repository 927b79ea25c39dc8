import { describeEveryCase } from "../support/kernel-cases.ts";

await describeEveryCase("nft", "ipv6");
