// RunnerService's Follow: what happens in one run, as events.
import type { FollowResponse, RunEvent } from "../gen/spangate/v1/runner.js";
import { queueMicrotask } from "../real-time.js";
import { adoptionsToWire, happeningToWire, orderToWire } from "../wire/runs.js";
import type { FollowListener } from "./listeners.js";
import type { Recorded, RunRecord } from "./run-record.js";
import { Teller } from "./teller.js";

/** How many events of the past are told at once. */
const chunk = 500;

/** @returns what ends it */
export function followCall(record: RunRecord, listener: FollowListener): () => void {
  let isOver = false;
  let first: Pick<FollowResponse, "run" | "missed"> | undefined = { run: runToWire(record), missed: record.missed };
  const send = (events: RunEvent[]) => {
    if (isOver) return;
    const head = first ?? { run: undefined, missed: 0 };
    first = undefined;
    listener.onTold({ ...head, events });
  };
  const teller = new Teller<RunEvent>(send);
  let leave = () => {};
  // Not before this returns. What happens until then is in the record.
  queueMicrotask(() => {
    if (isOver) return;
    const past = record.events.map(eventToWire);
    for (let at = 0; at === 0 || at < past.length; at += chunk) send(past.slice(at, at + chunk));
    leave = record.follow({
      see: (event) => teller.add(eventToWire(event)),
      end: () => {
        teller.flush();
        if (!isOver) listener.onEnd();
      },
    });
  });
  return () => {
    isOver = true;
    leave();
  };
}

function eventToWire({ sequence, entry }: Recorded): RunEvent {
  return { sequence, atMs: entry.atMs, event: happeningToWire(entry) };
}

function runToWire({ id, definition, openedAtMs }: RunRecord): FollowResponse["run"] {
  const { starters, adopted, order, recordAttributes } = definition;
  return {
    ...{ runId: id, starters: [...starters], recordAttributes: [...recordAttributes], openedAtMs },
    ...{ order: orderToWire(order), adoptions: adoptionsToWire(adopted) },
  };
}
