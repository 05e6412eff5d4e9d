// dns and dns/promises: lookup.
import type { Adapter } from "../adapter.js";
import { promisesOrCallbacks } from "../shapes.js";

export const dns: Adapter = {
  scope: "@opentelemetry/instrumentation-dns",
  functions: { lookup: promisesOrCallbacks },
  docs: {
    driver: "node:dns",
    tested: "Node's",
    spans: "`dns.lookup`",
    before: "the name is not looked up yet",
    after: "the address is known, and its caller does not have it",
    unsupported: "",
  },
};
