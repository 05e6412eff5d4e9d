// A scenario's run as people read it, line by line as it goes.
import { printable, printableLines } from "../../core/printable.js";
import type { Difference } from "../../scenario/run/difference.js";
import type {
  ExpectationEvent,
  FailedEvent,
  ReachedCheckpoint,
  ScenarioEvent,
  Standing,
} from "../../scenario/run/events.js";
import type { painter } from "../text.js";

type Paint = ReturnType<typeof painter>;

/** Differences that are shown of one expectation: where all is wrong, more say no more. */
const mostDifferences = 12;
const widest = 76;

/** @returns lines, each with its end; an error's are not told here */
export function describeEvent(event: ScenarioEvent, paint: Paint): string {
  return linesOf(event, paint)
    .map((line) => `${line}\n`)
    .join("");
}

export function describeFailed({ place, message }: FailedEvent): string {
  return printableLines(place === undefined ? message : `${place}: ${message}`);
}

function linesOf(event: ScenarioEvent, paint: Paint): readonly string[] {
  const done = paint("green", "✓");
  switch (event.type) {
    case "scenario":
      return [paint("bold", printable(event.name === undefined ? event.file : `${event.file}: ${event.name}`))];
    case "database":
      return [`  ${done} ${event.name} answers at ${printable(event.server)}`];
    case "done":
      return [`  ${done} ${event.section}: ${event.count} done`];
    case "service": {
      const at = event.url === undefined ? "" : ` at ${printable(event.url)}`;
      const pid = event.pid === undefined ? "  [not started here]" : `  [pid ${event.pid}]`;
      return [`  ${done} ${event.name} is ready${at}${pid}`];
    }
    case "reached":
      return [
        ...event.drained.map((actor) => paint("yellow", describeDrained(actor))),
        ...event.checkpoints.map((checkpoint) => describeReached(checkpoint, paint)),
        ...event.standing.map((standing) => paint("dim", describeStanding(standing))),
      ];
    case "expectation":
      return describeExpectation(event, paint);
    case "failed":
      return [];
    case "output":
      return [
        "",
        `  ${printable(event.service)} has written, at the end:`,
        ...event.lines.map((line) => paint("dim", `      ${printable(line)}`)),
      ];
    case "page":
      return [`  As a page: ${event.file}`];
    case "ended":
      return [describeEnd(event, paint)];
  }
}

function describeReached({ checkpoint, reached, waitsFor = [] }: ReachedCheckpoint, paint: Paint): string {
  const told = printable(checkpoint);
  if (!reached) return paint("cyan", `  · ${told}: not reached, as it may be`);
  const waits = waitsFor.length > 0 ? `  waits for ${waitsFor.map(printable).join(", ")}` : "";
  return `  ${paint("yellow", "■")} ${told}${waits}`;
}

function describeDrained(actor: string): string {
  const name = printable(actor);
  return `  ! ${name} has run to its end first: to keep it standing, list ${name}.finished`;
}

function describeStanding({ actor, place, service }: Standing): string {
  return `      ${printable(actor)} stands ${printable(place)}  [${printable(service)}]`;
}

function describeExpectation(
  { place, what, met, differences, error }: ExpectationEvent,
  paint: Paint,
): readonly string[] {
  const head = clip(`${met ? "✓" : "✗"} ${printable(what)}`, widest);
  if (met) return [`  ${paint("green", head.slice(0, 1))}${head.slice(1)}`];
  const reason = error === undefined ? [] : printableLines(error).split("\n");
  const shown = differences.slice(0, mostDifferences).flatMap((difference) => describeDifference(difference, paint));
  const more = differences.length - mostDifferences;
  return [
    `  ${paint("red", head)}`,
    ...(place === undefined ? [] : [paint("dim", `      ${place}`)]),
    ...reason.map((line) => `      ${line}`),
    ...shown,
    ...(more > 0 ? [`      … and ${more} more`] : []),
  ];
}

function describeDifference({ at, expected, found }: Difference, paint: Paint): readonly string[] {
  return [
    ...(expected === "" ? [] : [paint("red", `      - ${printable(`${at}: ${expected}`)}`)]),
    ...(found === "" ? [] : [paint("green", `      + ${printable(`${at}: ${found}`)}`)]),
  ];
}

function describeEnd({ met, unmet, exitCode }: ScenarioEvent & { readonly type: "ended" }, paint: Paint): string {
  if (exitCode === 0)
    return paint("green", met > 0 ? `  ${counted(met)} met` : "  order reached, nothing else is expected");
  return paint("red", unmet > 0 ? `  ${describeUnmet(met, unmet)}` : "  failed");
}

export function describeUnmet(met: number, unmet: number): string {
  return met === 0 && unmet === 1 ? "the expectation is not met" : `${unmet} of ${counted(met + unmet)} not met`;
}

/** The end of a command that has run several. */
export function describeAll(count: number, failed: readonly string[]): string {
  if (failed.length === 0) return `All ${count} scenarios are as expected.`;
  return `${failed.length} of ${count} scenarios failed: ${failed.map(printable).join(", ")}`;
}

function counted(count: number): string {
  return count === 1 ? "1 expectation" : `${count} expectations`;
}

function clip(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, width - 1)}…` : text;
}
