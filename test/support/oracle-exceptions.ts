/** Slices of this case contradict each other, and kube-proxy merges them in random order. */
export const RANDOM_CASE = "60-slices-with-duplicates";

/**
 * Texts that need not equal the capture, each with the reason. One that equals it all the same does not belong here and
 * fails.
 */
export const EXCEPTIONS: Readonly<Record<string, string>> = {
	"iptables 60-slices-with-duplicates 1.30 restore.v4.txt":
		"captured once, with another order of slices; test/oracle.test.ts proves it",
	"iptables 60-slices-with-duplicates 1.30 save.v4.txt":
		"captured once, with another order of slices; test/oracle.test.ts proves it",
	"iptables 94-odd-addresses 1.30 save.v4.txt":
		"kube-proxy failed: it sent 010.244.001.153, and iptables-restore refused the file",
	"nftables 60-slices-with-duplicates 1.33 nft.v4.txt":
		"captured once, with another order of slices; test/oracle.test.ts proves it",
	"nftables 60-slices-with-duplicates 1.33 ruleset.txt":
		"captured once, with another order of slices; test/oracle.test.ts proves it",
	"nftables 60-slices-with-duplicates 1.34 nft.v4.txt":
		"captured once, with another order of slices; test/oracle.test.ts proves it",
	"nftables 60-slices-with-duplicates 1.34 ruleset.txt":
		"captured once, with another order of slices; test/oracle.test.ts proves it",
	"nftables 60-slices-with-duplicates 1.35 nft.v4.txt":
		"captured once, with another order of slices; test/oracle.test.ts proves it",
	"nftables 60-slices-with-duplicates 1.35 ruleset.txt":
		"captured once, with another order of slices; test/oracle.test.ts proves it",
};
