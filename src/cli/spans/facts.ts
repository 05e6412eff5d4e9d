// Entries as JSON tells them.
import type { SeenAttribute } from "../../core/discovery.js";
import type { Entry, Side } from "./catalogue.js";
import { Lines } from "./lines.js";
import type { SpanPhase } from "./meant.js";

/** @param all also those that are not shown: a line of code must not mean them */
export function allFacts(shown: readonly Entry[], all: readonly Entry[]): readonly object[] {
  const lines = new Lines(all);
  return shown.map((entry) => entryFacts(entry, lines));
}

/** An entry for programs: one object. */
function entryFacts(entry: Entry, lines: Lines): object {
  const { service, kind, scope, root, count, before, after } = entry;
  return {
    ...{ service, name: before.name, endName: after?.name ?? null, kind, scope, root, count },
    before: sideFacts(entry, "before", before, lines),
    after: after ? sideFacts(entry, "after", after, lines) : null,
  };
}

function sideFacts(entry: Entry, phase: SpanPhase, side: Side, lines: Lines): object {
  const line = lines.at(entry, phase);
  const refusals = [...side.refusals].map(([reason, { count }]) => ({ reason, count }));
  return {
    /** "flow", "thread", or null where the actor cannot be stopped. */
    holds: line?.holds ?? null,
    line: line?.code ?? null,
    ...(line &&
      line.means.length > 0 && { meansToo: line.means.map(({ service, before }) => `${service}: ${before.name}`) }),
    ...(refusals.length > 0 && { refusals }),
    attributes: Object.fromEntries(
      [...side.attributes.values()].map(({ key, samples }: SeenAttribute) => [key, samples]),
    ),
  };
}
