/** Who wrote a text: `transaction` as kube-proxy sends it to `nft -f -`, `listing` as `nft -s list` shows it. */
export type Dialect = "transaction" | "listing";
