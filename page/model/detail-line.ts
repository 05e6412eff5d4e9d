// What a span did, from its attributes: the statement of a database's call, the request of an HTTP call.
import type { ReportedSpan } from "../../src/report/report.ts";

/** What tells what a span did. */
export type ToldSpan = Pick<ReportedSpan, "name" | "kind" | "scope" | "attributes">;

export type SpanCategory = "database" | "server" | "client" | "message" | "internal";

/** The kinds of spans that look different. */
export function categoryOf(span: ToldSpan): SpanCategory {
  if (isDatabaseCall(span)) return "database";
  switch (span.kind) {
    case "server":
    case "client":
    case "internal":
      return span.kind;
    case "producer":
    case "consumer":
      return "message";
  }
}

const databases = /^(pg|mysql|mysql2|mongodb|redis|ioredis|knex|sequelize|typeorm|prisma|tedious|cassandra)[.:-]/i;
const databaseScopes = /instrumentation-(pg|mysql2?|mongodb|redis(-4)?|ioredis|tedious|cassandra-driver|knex)$/;

/** True where a statement was, or could have been, recorded. */
export function isDatabaseCall({ name, scope, attributes, kind }: ToldSpan): boolean {
  if ("db.system.name" in attributes || "db.system" in attributes || statementOf({ attributes })) return true;
  return kind !== "server" && (databases.test(name) || databaseScopes.test(scope));
}

/** True where the call has a statement: connecting has none. */
export function hasStatement(span: ToldSpan): boolean {
  return isDatabaseCall(span) && !/connect/i.test(span.name);
}

/** As it was sent; `undefined` where it was not recorded. */
export function statementOf({ attributes }: Pick<ReportedSpan, "attributes">): string | undefined {
  const text = attributes["db.query.text"] ?? attributes["db.statement"];
  return text === undefined ? undefined : String(text);
}

/** Such as `PUT /account/1 200`; `undefined` where nothing of it was recorded. */
export function requestOf({ attributes }: Pick<ReportedSpan, "attributes">): string | undefined {
  const first = (...keys: readonly string[]) => keys.map((key) => attributes[key]).find((it) => it !== undefined);
  const target = first("http.route", "url.path", "http.target", "url.full", "http.url");
  const parts = [
    first("http.request.method", "http.method"),
    target,
    first("http.response.status_code", "http.status_code"),
  ];
  const told = parts.filter((it) => it !== undefined);
  return told.length > 0 ? told.join(" ") : undefined;
}

/** One line; `undefined` where nothing was recorded. */
export function detailLine(span: ToldSpan): string | undefined {
  return statementOf(span)?.replace(/\s+/g, " ").trim() ?? requestOf(span);
}
