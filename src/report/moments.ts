// Every happening as a line of text.
import { describeCheckpoint, describePlace } from "../core/describe.js";
import type { Entry } from "../core/happenings.js";
import type { Arrival, PassedSpan } from "../core/model.js";
import type { Moment } from "./report.js";

/** Of an error's text, which may be a whole document: every line of the lanes is as wide as the longest. */
const lineLimit = 1_024;

/** What an entry tells: nothing, where another one has told it, or a moment for each actor that it concerns. */
export function momentsOf(entry: Entry): readonly Moment[] {
  const { type, atMs } = entry;
  const moment = (actor: string | null, text: string, spanId: string | null = null): readonly Moment[] => [
    { atMs, type, actor, text, spanId },
  ];
  switch (entry.type) {
    case "begin":
      return moment(entry.actor, "begins");
    case "held":
      return moment(entry.actor, `■ held ${place(entry.arrival)}`, entry.arrival.span.spanId);
    case "released":
      return moment(entry.actor, `▶ goes on ${place(entry.arrival)}`, entry.arrival.span.spanId);
    case "withdrawn":
      return moment(entry.actor, `× gone from ${place(entry.arrival)}: ${entry.reason}`, entry.arrival.span.spanId);
    case "passed":
      return moment(entry.actor, `│ ${place(entry.passed)}`, entry.passed.span.spanId);
    case "drained":
      return moment(entry.actor, `! runs to its end: ${entry.actor}.finished is not listed`);
    case "stalled":
      return moment(entry.actor, "~ makes no progress (a guess): the next one goes on too");
    case "blocked": {
      const { by, lock, call } = entry.wait;
      const { name, spanId } = call.span;
      return moment(entry.actor, `◷ waits for ${by.join(", ")}: ${lock}, in ${name}  [${call.agent.service}]`, spanId);
    }
    case "freed":
      return moment(entry.actor, "◷ waits no more");
    case "ended":
      return moment(entry.actor, entry.error === undefined ? "ends" : `ends with an error: ${firstLine(entry.error)}`);
    case "reached":
      return entry.reached
        .filter(({ reached, arrival }) => !reached || !arrival)
        .flatMap(({ checkpoint, reached }) =>
          moment(checkpoint.actor, `${reached ? "■" : "○ not reached:"} ${describeCheckpoint(checkpoint)}`),
        );
    case "failed":
      return moment(null, `FAILED ${entry.failure.code}: ${firstLine(entry.failure.message)}`);
  }
}

function place({ phase, span, agent }: PassedSpan | Arrival): string {
  return `${describePlace(phase, span)}  [${agent.service}]`;
}

function firstLine(text: string): string {
  const line = text.split("\n", 1)[0] ?? "";
  return line.length > lineLimit ? `${line.slice(0, lineLimit)}…` : line;
}
