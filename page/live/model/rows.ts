// Every event as a row: a sign, what it is, and how it looks.
import type { LiveCheckpoint, LiveEvent, LivePlace } from "../../../src/ui/protocol.ts";
import { statementOf } from "../../model/detail-line.ts";

type ReachedCheckpoint = (LiveEvent & { readonly type: "reached" })["reached"][number];

export interface Row {
  readonly sign: string;
  readonly text: string;
  /** Behind it, less in weight. */
  readonly detail: string;
}

const signs: Readonly<Record<LiveEvent["type"], string>> = {
  ...{ begin: "●", held: "■", released: "▶", withdrawn: "×", passed: "", drained: "!", stalled: "~" },
  ...{ blocked: "◷", freed: "◷", ended: "✓", reached: "✓", failed: "✗" },
};

/** @param codeOf a checkpoint's line of code */
export function rowOf(event: LiveEvent, codeOf: (checkpoint: number) => string): Row {
  const sign = event.type === "ended" && event.error !== null ? "✗" : signs[event.type];
  const row = (text: string, detail = ""): Row => ({ sign, text, detail });
  switch (event.type) {
    case "begin":
      return row("begins");
    case "drained":
      return row("runs to its end", "its finished is not listed");
    case "stalled":
      return row("makes no progress", "a guess: the next one goes on too");
    case "freed":
      return row("waits no more");
    case "held":
      return row(`held ${placeText(event.place)}`, event.place.service);
    case "released":
      return row(`goes on ${placeText(event.place)}`, event.place.service);
    case "withdrawn":
      return row(`gone from ${placeText(event.place)}`, event.reason);
    case "passed":
      return row(placeText(event.place), statementOf(event.place)?.replace(/\s+/g, " ").trim() ?? event.place.service);
    case "ended":
      return event.error === null ? row("ends") : row("ends with an error", firstLine(event.error));
    case "reached":
      return row(reachedText(event.reached, codeOf));
    case "blocked":
      return row(`waits for ${event.by.join(", ")}`, `${event.lock}, in ${event.name}`);
    case "failed":
      return row(`${event.code}: ${firstLine(event.message)}`);
  }
}

/** Whose an event is; `null` where it concerns several actors, or all. */
export function actorOf(event: LiveEvent, order: readonly LiveCheckpoint[]): string | null {
  if (event.type !== "reached") return event.actor;
  const [first = null, ...others] = event.reached.map(({ checkpoint }) => order[checkpoint]?.actor ?? null);
  return others.every((it) => it === first) ? first : null;
}

function reachedText(all: readonly ReachedCheckpoint[], codeOf: (checkpoint: number) => string): string {
  const told = (which: boolean) =>
    all.flatMap(({ checkpoint, isReached }) => (isReached === which ? codeOf(checkpoint) : [])).join(", ");
  const [reached, not] = [told(true), told(false)];
  return [reached && `reached ${reached}`, not && `not reached: ${not}`].filter(Boolean).join("; ");
}

function placeText({ phase, name }: LivePlace): string {
  return `${phase} ${name}`;
}

/** Of a text that may be a whole document. */
export function firstLine(text: string): string {
  const line = text.split("\n", 1)[0] ?? "";
  return line.length > 500 ? `${line.slice(0, 500)}…` : line;
}

/** What somebody who does not see the page is told; `undefined` where that would only be noise. */
export function announcementOf(event: LiveEvent, codeOf: (checkpoint: number) => string): string | undefined {
  switch (event.type) {
    case "reached":
      return reachedText(event.reached, codeOf);
    case "ended":
      return event.error === null ? `${event.actor} ends` : `${event.actor} ends with an error`;
    case "blocked":
      return `${event.actor} waits for ${event.by.join(", ")}`;
    case "failed":
      return `the run has failed: ${event.code}`;
    default:
      return undefined;
  }
}
