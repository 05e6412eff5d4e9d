// The order: what is reached, and what comes next; or to which of its checkpoints one skips.
import { useEffect, useRef } from "preact/hooks";
import type { LiveCheckpoint, LiveStep } from "../../../src/ui/protocol.ts";
import type { RunView } from "../model/run.ts";
import { choicesOf } from "../model/steps.ts";
import { reveal } from "../reveal.ts";
import { OrderEntry, type Outcome } from "./order-entry.tsx";
import { SkipList } from "./skip-list.tsx";

export interface OrderPanelProps {
  readonly view: RunView;
  readonly step: LiveStep | undefined;
  /** A checkpoint is being chosen. */
  readonly choosing: boolean;
  readonly onChoose: (checkpoint: number) => void;
  readonly onCancel: () => void;
}

/** Beyond it, only what is around the place where the run is: an order may have ten thousand. */
const most = 300;

export function OrderPanel({ view, step, choosing, onChoose, onCancel }: OrderPanelProps) {
  const { order } = view.run;
  const { position } = view;
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => {
    const current = list.current?.querySelector("[aria-current]");
    if (list.current && current) reveal(current, list.current);
  }, [position, choosing]);

  const place = order.findIndex((it) => it.step >= position);
  const first = order.length > most ? Math.max(0, (place < 0 ? order.length : place) - most / 2) : 0;
  const shown = order.slice(first, first + most);
  const behind = order.length - first - shown.length;
  const propsOf = (checkpoint: LiveCheckpoint) => ({
    checkpoint,
    outcome: outcomeOf(view, checkpoint),
    isJoined: order[checkpoint.index - 1]?.step === checkpoint.step,
  });
  return (
    <section class="order-panel" aria-labelledby="order-title">
      <h2 id="order-title">
        {choosing ? "Skip to…" : "Order"}
        <small>{choosing ? "↑ ↓ Enter" : `${view.reached.size} of ${order.length}`}</small>
      </h2>
      {first > 0 && <p class="nothing">{first} before these</p>}
      {choosing && step ? (
        <SkipList
          entries={shown.map(propsOf)}
          choices={choicesOf(step, view)}
          onChoose={onChoose}
          onCancel={onCancel}
        />
      ) : (
        <ol ref={list} class="entries">
          {shown.map((checkpoint) => (
            <li key={checkpoint.index} aria-current={checkpoint.step === position ? "step" : undefined}>
              <OrderEntry {...propsOf(checkpoint)} />
            </li>
          ))}
        </ol>
      )}
      {behind > 0 && <p class="nothing">{behind} behind these</p>}
    </section>
  );
}

function outcomeOf({ reached, position, failure, isDead }: RunView, { index, step }: LiveCheckpoint): Outcome {
  const outcome = reached.get(index);
  if (outcome !== undefined) return outcome ? "reached" : "missed";
  if (step !== position) return "pending";
  if (failure) return "failed";
  return isDead ? "pending" : "next";
}
