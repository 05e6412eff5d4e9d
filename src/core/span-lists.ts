// Spans as lines of a failure.

import type { ActorState } from "./actor-state.js";
import { compileText } from "./matcher.js";
import type { PassedSpan, SpanMatch } from "./model.js";
import { nearestOf } from "./nearest.js";

/** What an actor passed: one line a span, by the name that it had last. */
export function tellSpans(actor: ActorState): readonly string[] {
  const spans = new Map<string, PassedSpan>();
  for (const passed of actor.passed) spans.set(passed.span.spanId, passed);
  return tableOf([...spans.values()], ({ phase }) => (phase === "before" ? "  (has not ended)" : ""));
}

/** What began in place of an adopted actor, by the names that adopt() could have been given. */
export function tellUnclaimed(actor: ActorState, adopts: SpanMatch): readonly string[] {
  const roots = [...actor.unclaimed.values()];
  if (roots.length === 0) return ["No other root span of nobody began either: whatever begins it did not run."];
  const fits = compileText(adopts.name);
  const fitting = roots.find(({ span }) => fits(span.name));
  const nearest = nearestOf(adopts.name, actor.unclaimed);
  return [
    "Root spans of nobody that began meanwhile:",
    ...tableOf(roots, () => ""),
    ...(fitting
      ? [
          `The name of ${JSON.stringify(fitting.span.name)} fits: look at the service, kind and attributes asked for, and whether its flow can wait there.`,
        ]
      : nearest
        ? [`Nearest name: ${JSON.stringify(nearest[0])} (in ${nearest[1].agent.service}).`]
        : []),
  ];
}

function tableOf(spans: readonly PassedSpan[], more: (passed: PassedSpan) => string): readonly string[] {
  const rows = spans.map((passed) => ({
    name: passed.span.name,
    rest: `${passed.span.kind.padEnd(8)} ${passed.agent.service}${more(passed)}`,
  }));
  const width = Math.max(0, ...rows.map(({ name }) => name.length));
  return rows.map(({ name, rest }) => `  ${name.padEnd(width)}  ${rest}`);
}
