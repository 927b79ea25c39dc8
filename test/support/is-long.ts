/** Whether everything is tried (`npm run test:long`), not a sample of fixed seeds. */
export const IS_LONG = process.env["SVCNAT_TEST_LONG"] === "1";
