// knex: its span is around its driver's.
import type { Adapter } from "../adapter.js";
import type { Shape } from "../shape.js";
import { promises } from "../shapes.js";

const query: Shape = { ...promises, lineOf: ({ self }) => (self as { readonly connection?: object }).connection };

export const knex: Adapter = {
  scope: "@opentelemetry/instrumentation-knex",
  functions: { query },
  docs: {
    driver: "knex",
    tested: "knex 3",
    spans: "`select <database>.<table>`, `raw <database>`",
    before: "the query has its connection and is not sent; later queries of its transaction wait behind it",
    after: "the rows have come, and its caller does not have them",
    unsupported: "a stream has no span of knex, but one of its driver",
  },
};
