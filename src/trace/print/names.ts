/** What somebody knows of addresses, beside the rules: a snapshot tells it, say. */
export interface Names {
	/** Whose address it is: `pod shop/web-1 on worker-2`, `node worker-1`; undefined: not known. */
	readonly ofAddress: (ip: string) => string | undefined;
	/** What clients dial there: `the cluster IP of shop/web:http`; undefined: not known. */
	readonly ofFrontend: (ip: string, port: number, protocol: string) => string | undefined;
	/** The service port behind it: `shop/web:http`; undefined: not known. */
	readonly servicePortAt: (ip: string, port: number, protocol: string) => string | undefined;
}

/** Knows nothing. */
export const NO_NAMES: Names = {
	ofAddress: () => undefined,
	ofFrontend: () => undefined,
	servicePortAt: () => undefined,
};
