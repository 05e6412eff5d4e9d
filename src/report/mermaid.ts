// A report as a Mermaid sequence diagram: who called whom, and what was held meanwhile.
import { type Call, callsOf, type Party, party } from "./calls.js";
import { mermaidText } from "./mermaid-text.js";
import type { Moment, Report, ReportedSpan } from "./report.js";

/** A line of the diagram. */
interface Row {
  readonly atMs: number;
  readonly parties: readonly Party[];
  readonly write: (ids: readonly string[]) => string;
}

const rowLimit = 300;
/** Mermaid draws no more by default. */
const textLimit = 50_000;
const nameLimit = 40;
const labelLimit = 90;

/** A `sequenceDiagram`; where more than 300 things happened, a note in its middle tells how many are left out. */
export function renderMermaid(report: Report): string {
  const rows = rowsOf(report);
  for (let limit = rowLimit; ; limit = Math.floor(limit / 2)) {
    const text = draw(report, middleOut(rows, limit));
    if (text.length <= textLimit || limit < 2) return text;
  }
}

// What happens at one time is told in this sequence: who goes on, its call, the answer, and who stands then.
function rowsOf(report: Report): readonly Row[] {
  const calls = callsOf(report);
  const spans = new Map(report.spans.map((span) => [span.spanId, span]));
  const told = report.moments.flatMap((moment) => noteOf(moment, spans));
  const goesOn = new Set<Moment["type"]>(["released", "freed", "withdrawn"]);
  return [
    ...told.filter(({ type }) => goesOn.has(type)),
    ...calls.flatMap((call) => message(call.madeMs, call.from, "->>", call.to, labelOf(call))),
    ...calls.flatMap((call) => message(call.answeredMs, call.to, "-->>", call.from, `↩ ${labelOf(call)}`)),
    ...told.filter(({ type }) => !goesOn.has(type)),
  ].toSorted((one, other) => one.atMs - other.atMs);
}

function message(atMs: number | null, from: Party, arrow: string, to: Party, label: string): readonly Row[] {
  if (atMs === null) return [];
  const text = mermaidText(label, labelLimit);
  return [{ atMs, parties: [from, to], write: ([one, other]) => `${one}${arrow}${other}: ${text}` }];
}

// An actor's own calls need not name it.
function labelOf({ from, span: { actor, name, attributes } }: Call): string {
  const path = attributes["url.path"];
  const shown = name === attributes["http.request.method"] && path !== undefined ? `${name} ${path}` : name;
  return from.type === "actor" ? shown : `${actor}: ${shown}`;
}

function noteOf(
  { type, atMs, actor, text, spanId }: Moment,
  spans: ReadonlyMap<string, ReportedSpan>,
): readonly (Row & Pick<Moment, "type">)[] {
  const span = spans.get(spanId ?? "");
  switch (type) {
    case "begin":
    case "passed":
      return [];
    case "reached":
      // What was reached shows by itself.
      if (!text.startsWith("○")) return [];
  }
  if (actor === null) return [{ type, ...note(atMs, [], text) }];
  if (!span) return [{ type, ...note(atMs, [party("actor", actor)], text) }];
  return [{ type, ...note(atMs, [party("service", span.service)], named(text, actor, span.service)) }];
}

// "■ held after read  [bank]" stands over the bank as "■ alice held after read".
function named(text: string, actor: string, service: string): string {
  const place = `  [${service}]`;
  const bare = text.endsWith(place) ? text.slice(0, -place.length) : text;
  return bare.replace(" ", () => ` ${actor} `);
}

/** Over all participants, where none is named. */
function note(atMs: number, parties: readonly Party[], label: string): Row {
  const text = mermaidText(label, labelLimit);
  return { atMs, parties, write: (ids) => `Note over ${ids.join(",")}: ${text}` };
}

function middleOut(rows: readonly Row[], limit: number): readonly Row[] {
  if (rows.length <= limit) return rows;
  const half = Math.floor(limit / 2);
  const before = rows.slice(0, half);
  const after = half === 0 ? [] : rows.slice(-half);
  const left = rows.length - before.length - after.length;
  return [...before, note(before.at(-1)?.atMs ?? 0, [], `… ${left} more, which are left out here …`), ...after];
}

function draw({ actors }: Report, rows: readonly Row[]): string {
  const ids = new Map<string, string>();
  const lines: string[] = [];
  const all = [...actors.map(({ name }) => party("actor", name)), ...rows.flatMap(({ parties }) => parties)];
  for (const type of ["actor", "service", "peer"] as const) {
    for (const it of all) {
      if (it.type !== type || ids.has(keyOf(it))) continue;
      const id = `${type}${ids.size}`;
      ids.set(keyOf(it), id);
      lines.push(`${type === "actor" ? "actor" : "participant"} ${id} as ${mermaidText(it.name, nameLimit)}`);
    }
  }
  const known = [...ids.values()];
  const ends = [...new Set([known[0], known.at(-1)])].filter((id) => id !== undefined);
  for (const { parties, write } of rows) {
    const own = parties.map((it) => ids.get(keyOf(it)) ?? "");
    if (ends.length > 0) lines.push(write(own.length > 0 ? own : ends));
  }
  return ["sequenceDiagram", ...lines.map((line) => `    ${line}`), ""].join("\n");
}

function keyOf({ type, name }: Party): string {
  return `${type} ${name}`;
}
