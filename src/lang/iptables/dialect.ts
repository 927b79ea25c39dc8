/** How text is written: `restore` as kube-proxy sends it to iptables-restore, `save` as iptables-save 1.8.9 prints it. */
export type Dialect = "restore" | "save";
