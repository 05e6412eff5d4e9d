// An interleaving as text: one column an actor, one line a happening.
import { describeCheckpoint, describePlace } from "./describe.js";
import type { Entry } from "./happenings.js";
import type { Arrival, PassedSpan } from "./model.js";

interface Line {
  readonly atMs: number;
  /** Empty for a line across all lanes. */
  readonly actor: string;
  readonly text: string;
}

/** Lanes of text, without a line end at the end. */
export function renderLanes(actors: readonly string[], entries: readonly Entry[]): string {
  const lines = entries.flatMap(linesOf);
  const widths = actors.map((actor) =>
    Math.max(actor.length, ...lines.filter((line) => line.actor === actor).map(({ text }) => text.length)),
  );
  const rows = lines.map(({ atMs, actor, text }) => {
    const cells =
      actor === "" ? [text] : actors.map((name, at) => (name === actor ? text : "").padEnd(widths[at] ?? 0));
    return [atMs.toFixed(1).padStart(9), ...cells].join("  ").trimEnd();
  });
  const head = ["       ms", ...actors.map((name, at) => name.padEnd(widths[at] ?? 0))].join("  ").trimEnd();
  return [head, ...rows].join("\n");
}

function linesOf(entry: Entry): readonly Line[] {
  const line = (actor: string, text: string): readonly Line[] => [{ atMs: entry.atMs, actor, text }];
  switch (entry.type) {
    case "begin":
      return line(entry.actor, "begins");
    case "held":
      return line(entry.actor, `■ held ${place(entry.arrival)}`);
    case "released":
      return line(entry.actor, `▶ goes on ${place(entry.arrival)}`);
    case "withdrawn":
      return line(entry.actor, `× gone from ${place(entry.arrival)}: ${entry.reason}`);
    case "passed":
      return line(entry.actor, `│ ${place(entry.passed)}`);
    case "drained":
      return line(entry.actor, `! runs to its end: ${entry.actor}.finished is not listed`);
    case "stalled":
      return line(entry.actor, "~ makes no progress (a guess): the next one goes on too");
    case "blocked": {
      const { by, lock, call } = entry.wait;
      return line(entry.actor, `⧗ waits for ${by.join(", ")}: ${lock}, in ${call.span.name}  [${call.agent.service}]`);
    }
    case "freed":
      return line(entry.actor, "⧗ waits no more");
    case "ended":
      return line(entry.actor, entry.error === undefined ? "ends" : `ends with an error: ${firstLine(entry.error)}`);
    case "reached":
      return entry.reached
        .filter(({ reached, arrival }) => !reached || !arrival)
        .flatMap(({ checkpoint, reached }) =>
          line(checkpoint.actor, `${reached ? "■" : "○ not reached:"} ${describeCheckpoint(checkpoint)}`),
        );
    case "failed":
      return line("", `FAILED ${entry.failure.code}: ${firstLine(entry.failure.message)}`);
  }
}

function place({ phase, span, agent }: PassedSpan | Arrival): string {
  return `${describePlace(phase, span)}  [${agent.service}]`;
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? "";
}
