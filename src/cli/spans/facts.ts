// Entries as JSON tells them.
import type { SeenAttribute } from "../../core/discovery.js";
import type { Entry, Side } from "./catalogue.js";
import { lineFor, type SpanPhase } from "./lines.js";

/** An entry for programs: one object. */
export function entryFacts(entry: Entry, all: readonly Entry[]): object {
  const { service, kind, scope, root, count, before, after } = entry;
  return {
    ...{ service, name: before.name, endName: after?.name ?? null, kind, scope, root, count },
    before: sideFacts(entry, "before", before, all),
    after: after ? sideFacts(entry, "after", after, all) : null,
  };
}

function sideFacts(entry: Entry, phase: SpanPhase, side: Side, all: readonly Entry[]): object {
  const line = lineFor(entry, phase, all);
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
