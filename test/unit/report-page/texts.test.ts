import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { categoryOf, detailLine, hasStatement } from "../../../page/model/detail-line.ts";
import { duration, tickText } from "../../../page/model/format.ts";
import { formatSql } from "../../../page/model/sql.ts";
import { verdictOf } from "../../../page/model/verdict.ts";
import { draftReport, reportedActor, reportedSpan } from "../../support/report-drafts.ts";

describe("a span's line", () => {
  it.each([
    [{ "db.query.text": "SELECT\n  1" }, "SELECT 1"],
    [{ "db.statement": "SELECT 2" }, "SELECT 2"],
    [
      { "http.request.method": "PUT", "http.route": "/a/:id", "url.path": "/a/1", "http.response.status_code": 409 },
      "PUT /a/:id 409",
    ],
    [{ "http.method": "GET", "http.target": "/a?b", "http.status_code": 200 }, "GET /a?b 200"],
    [{ "http.request.method": "GET", "url.full": "http://x/y" }, "GET http://x/y"],
    [{ "url.path": "/only" }, "/only"],
    [{ other: "x" }, undefined],
  ])("is what it did, by new names and old ones: %o", (attributes, line) => {
    expect(detailLine(reportedSpan("x", { attributes }))).toBe(line);
  });

  it.each([
    [{ name: "pg.query:SELECT bank" }, "database", true],
    [{ name: "pg.connect", scope: "@opentelemetry/instrumentation-pg" }, "database", false],
    [{ name: "SELECT", scope: "@opentelemetry/instrumentation-mysql2" }, "database", true],
    [{ name: "find", attributes: { "db.system.name": "mongodb" } }, "database", true],
    [{ name: "find", attributes: { "db.system": "mongodb" } }, "database", true],
    [{ name: "GET" }, "client", false],
    [{ name: "send", kind: "producer" }, "message", false],
    [{ name: "POST", kind: "server" }, "server", false],
  ] as const)("of a kind, and where a statement could have been recorded: %o", (parts, category, statement) => {
    const span = reportedSpan("x", parts);
    expect(categoryOf(span)).toBe(category);
    expect(hasStatement(span)).toBe(statement);
  });
});

describe("a statement", () => {
  const lines = (text: string) =>
    formatSql(text)
      .map(({ type, text, indent }) => (type === "break" ? `\n${"  ".repeat(indent)}` : text))
      .join("");

  it.each([
    [
      "SELECT a, b FROM t WHERE a = $1 AND b = 'x AND y' ORDER BY a",
      "SELECT a, b\nFROM t\nWHERE a = $1\n  AND b = 'x AND y'\nORDER BY a",
    ],
    ["UPDATE account SET balance = $1 WHERE id = 1", "UPDATE account\nSET balance = $1\nWHERE id = 1"],
    ["DELETE FROM t LEFT JOIN u ON 1", "DELETE FROM t\nLEFT JOIN u ON 1"],
    [
      "SELECT (SELECT 1 FROM u WHERE x AND y) FROM t FOR UPDATE",
      "SELECT (SELECT 1 FROM u WHERE x AND y)\nFROM t\nFOR UPDATE",
    ],
    ["INSERT INTO t VALUES (1) RETURNING id", "INSERT INTO t\nVALUES (1)\nRETURNING id"],
  ])("stands in clauses: %s", (text, expected) => {
    expect(lines(text)).toBe(expected);
  });

  it("loses nothing but white space", () => {
    const word = fc.constantFrom(
      "SELECT",
      "from",
      "AND",
      "(",
      ")",
      "'it''s'",
      '"a b"',
      "$1",
      "--x\n",
      "/* AND */",
      " ",
      "\n",
      "€",
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(word).map((words) => words.join("")),
        ),
        (text) => {
          const bare = (it: string) => it.replace(/\s+/g, "");
          expect(bare(lines(text))).toBe(bare(text));
        },
      ),
    );
  });
});

describe("times", () => {
  it.each([
    [0, "0 µs"],
    [0.0125, "13 µs"],
    [0.5, "0.5 ms"],
    [47.04, "47 ms"],
    [123.4, "123 ms"],
    [1200, "1.2 s"],
    [61_000, "1 min 1 s"],
  ])("have units that fit: %d", (ms, text) => {
    expect(duration(ms)).toBe(text);
  });

  it("on the axis are as precise as their distance needs", () => {
    expect([tickText(1.25, 0.05), tickText(40, 20), tickText(12_500, 500)]).toEqual(["1.25 ms", "40 ms", "12.5 s"]);
  });
});

describe("the verdict", () => {
  const checkpoint = { index: 0, step: 0, actor: "alice", phase: "finished", code: "alice.finished", atMs: 1 } as const;

  it("is the failure's code and its first line, and the rest as a story", () => {
    const failure = { code: "Deadlock", message: "One.\n  Two.", actor: null } as const;
    expect(verdictOf(draftReport({ failure }))).toEqual({
      type: "failed",
      code: "Deadlock",
      line: "One.",
      story: "  Two.",
    });
  });

  it.each([
    [[true, true], "passed", "Every checkpoint was reached"],
    [[true, false], "passed", "Every checkpoint was reached but 1 that need not be"],
    [[true, null], "open", "1 of 2 checkpoints reached so far"],
    [[], "passed", "No checkpoint was listed"],
  ] as const)("tells what became of the order: %o", (reached, type, line) => {
    const order = reached.map((it, index) => ({ ...checkpoint, index, reached: it }));
    expect(verdictOf(draftReport({ order }))).toMatchObject({ type, line });
  });

  it("names who ended with an error", () => {
    const order = [{ ...checkpoint, reached: true }];
    const { line } = verdictOf(draftReport({ order, actors: [reportedActor("bob", { error: "Error: no" })] }));
    expect(line).toBe("Every checkpoint was reached; bob ended with an error");
  });
});
