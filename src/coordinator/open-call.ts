// RunnerService's Open: a run, and what happens in it as events.
import { UsageError } from "../core/errors.js";
import { rulesNotTaken } from "../core/failures.js";
import { defaultLimits, runLimits } from "../core/limits.js";
import type { OpenRequest, RunEvent } from "../gen/spangate/v1/runner.js";
import { longestMs } from "../real-time.js";
import type { RunListener } from "../wire/runner-port.js";
import { adoptionsFromWire, happeningToWire, orderFromWire } from "../wire/runs.js";
import { StepFailed, statusOf } from "./call-status.js";
import type { Coordinator } from "./coordinator.js";
import type { RunDefinition } from "./run-context.js";
import { Teller } from "./teller.js";

/** How many attributes a run may have recorded. */
const recordLimit = 16;

/**
 * @returns what ends it
 * @throws {SpangateError} for an order that makes no sense
 */
export function openCall(coordinator: Coordinator, request: OpenRequest, listener: RunListener): () => void {
  const teller = new Teller<RunEvent>((events) => listener.onEvents(events));
  const { session, identities, ready } = coordinator.openRun(definitionOf(request), {
    tell: (entry, sequence) => teller.add({ sequence, atMs: entry.atMs, event: happeningToWire(entry) }),
    flush: () => teller.flush(),
    closed: () => {
      teller.flush();
      listener.onEnd();
    },
  });
  const close = () => void coordinator.closeRun(session.id);
  void ready.then((silent) => {
    if (silent.length > 0) {
      listener.onError(statusOf(new StepFailed(rulesNotTaken(silent))));
      return close();
    }
    const opened = { runId: session.id, identities: identities.map(({ traceId: _, ...identity }) => identity) };
    teller.add({
      sequence: session.nextSequence(),
      atMs: session.sinceOpenedMs(),
      event: { $case: "opened", value: opened },
    });
    teller.flush();
  });
  return close;
}

function definitionOf(request: OpenRequest): RunDefinition {
  const { starters, adoptions, order, stepTimeoutMs, stallMs, recordAttributes } = request;
  checkRecorded(recordAttributes);
  return {
    starters,
    recordAttributes,
    adopted: adoptionsFromWire(adoptions),
    order: orderFromWire(order),
    limits: {
      stepTimeoutMs: Math.min(stepTimeoutMs || defaultLimits.stepTimeoutMs, longestMs),
      stallMs: Math.min(stallMs || defaultLimits.stallMs, longestMs),
    },
  };
}

/** @throws {UsageError} */
function checkRecorded(names: readonly string[]): void {
  const { length } = names;
  if (length > recordLimit)
    throw new UsageError("BadOption", `record_attributes takes ${recordLimit} names at most; it has ${length}.`);
  const long = names.find((name) => name.length > runLimits.text);
  if (long !== undefined)
    throw new UsageError(
      "BadOption",
      `A name of record_attributes may have ${runLimits.text} characters; one has ${long.length}.`,
    );
}
