// Spans as lines of a failure.

import type { ActorState } from "./actor-state.js";
import { describeAgent, describeCheckpoint, describePlace } from "./describe.js";
import { compileText } from "./matcher.js";
import type { Checkpoint, PassedSpan, SpanFacts, SpanMatch } from "./model.js";
import { nearestOf } from "./nearest.js";

/** What stands above the list of what an actor passed. */
export function tellPassed(actor: ActorState): string {
  if (actor.passed.length === 0) return "Since the last checkpoint it passed no span.";
  const more =
    actor.passedUntold > 0
      ? ` (the last ${actor.passed.length} of ${actor.passed.length + actor.passedUntold} events)`
      : "";
  return `Since the last checkpoint it passed${more}:`;
}

/** What an actor passed: one line a span, by the name that it had last. */
export function tellSpans(actor: ActorState): readonly string[] {
  const spans = new Map<string, PassedSpan>();
  for (const passed of actor.passed) spans.set(passed.span.spanId, passed);
  return tableOf([...spans.values()], (passed) =>
    passed.phase === "before" ? "  (has not ended)" : (trouble(passed.span) ?? ""),
  );
}

/** How the spans that the actor passed have failed: what it was meant to do behind them may not have come for that. */
export function tellTrouble({ passed }: ActorState): readonly string[] {
  const failed = passed.filter(({ phase, span }) => phase === "after" && trouble(span) !== undefined);
  if (failed.length === 0) return [];
  return ["A call of it failed, as marked: that may be why it did not come there. See the service's output too."];
}

// By OpenTelemetry's names, the old ones too. A server's own answer is an error from 400 on: its client may have asked wrongly.
function trouble({ attributes }: SpanFacts): string | undefined {
  const status = Number(attributes["http.response.status_code"] ?? attributes["http.status_code"] ?? 0);
  const type = attributes["error.type"];
  if (status >= 400) return `  (failed: ${status})`;
  return type === undefined ? undefined : `  (failed: ${type})`;
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

/** What the actor passed before its place: this checkpoint, or a later listed one. */
export function tellMissed(actor: ActorState, checkpoint: Checkpoint): readonly string[] {
  return actor.checkpoints.flatMap((it) => {
    const missed = actor.missed.get(it.index);
    if (!missed) return [];
    const place = `${describePlace(missed.phase, missed.span)} in ${describeAgent(missed.agent)}`;
    if (it.index === checkpoint.index) {
      const seen = actor.seen.get(it.index) ?? 0;
      return it.nth === undefined
        ? [`It passed ${place} before this checkpoint's place in the order.`]
        : [
            `It passed ${place} ${seen} ${seen === 1 ? "time" : "times"}; the order asks for number ${it.nth} while the checkpoint is next.`,
          ];
    }
    // It was reached at its place after all, or what passed was another occurrence than the one it asks for.
    if (actor.outcomes.has(it.index) || (it.nth !== undefined && (actor.seen.get(it.index) ?? 0) < it.nth)) return [];
    return [`It passed the later listed ${describeCheckpoint(it)} before its place: ${place}.`];
  });
}

/** Calls and messages of the actor that came to nobody. */
export function tellCalls(actor: ActorState): readonly string[] {
  const calls = [...actor.unanswered.values()].map(
    ({ span, agent }) =>
      `Its call ${span.name} from ${agent.service} to ${span.peer || "an unknown address"} was seen by no agent there: that service has none, or it was not reached.`,
  );
  const messages = [...actor.inFlight.values()].map(
    ({ span, agent }) =>
      `Its message ${JSON.stringify(span.name)} from ${agent.service} was seen by no agent to be taken: no consumer runs, the consumer has no agent or reads batches, or the message waits behind others.`,
  );
  return [...calls, ...messages];
}

function tableOf(spans: readonly PassedSpan[], more: (passed: PassedSpan) => string): readonly string[] {
  const rows = spans.map((passed) => ({
    name: passed.span.name,
    rest: `${passed.span.kind.padEnd(8)} ${passed.agent.service}${more(passed)}`,
  }));
  const width = Math.max(0, ...rows.map(({ name }) => name.length));
  return rows.map(({ name, rest }) => `  ${name.padEnd(width)}  ${rest}`);
}
