// The order that the test asked for, and what came of each checkpoint.
import type { ReportedCheckpoint } from "../../src/report/report.ts";
import { duration } from "../model/format.ts";
import { type Key, momentKey, pauseKey } from "../model/items.ts";
import type { Model } from "../model/model.ts";
import { type Outcome, outcomeOf } from "../model/verdict.ts";

export interface OrderProps {
  readonly model: Model;
  readonly selected: Key | null;
  readonly onSelect: (key: Key) => void;
}

export function Order({ model, selected, onSelect }: OrderProps) {
  const { order } = model.report;
  const steps = [...Map.groupBy(order, ({ step }) => step).values()];
  return (
    <section class="order" aria-labelledby="order-title">
      <h2 id="order-title">Order</h2>
      {order.length === 0 && <p class="nothing">No checkpoint was listed.</p>}
      <ol>
        {steps.map((checkpoints) => (
          <li key={checkpoints[0]?.index} class={checkpoints.length > 1 ? "together" : ""}>
            {checkpoints.length > 1 && <span class="hint">together</span>}
            {checkpoints.map((checkpoint) => (
              <Checkpoint
                key={checkpoint.index}
                checkpoint={checkpoint}
                outcome={outcomeOf(model.report, checkpoint)}
                target={keyOfCheckpoint(model, checkpoint)}
                selected={selected}
                onSelect={onSelect}
              />
            ))}
          </li>
        ))}
      </ol>
    </section>
  );
}

interface CheckpointProps extends Omit<OrderProps, "model"> {
  readonly checkpoint: ReportedCheckpoint;
  readonly outcome: Outcome;
  readonly target: Key | undefined;
}

function Checkpoint({ checkpoint, outcome, target, selected, onSelect }: CheckpointProps) {
  const { state, sign, text } = outcome;
  const { index, code, atMs, reached } = checkpoint;
  const inside = (
    <>
      <span class="number">{index + 1}</span>
      <code>
        <bdi>{code}</bdi>
      </code>
      <span class="outcome">
        <span aria-hidden="true">{sign}</span> {text}
        {atMs !== null && reached && ` at ${duration(atMs)}`}
      </span>
    </>
  );
  if (target === undefined) return <div class={`checkpoint ${state}`}>{inside}</div>;
  return (
    <button
      type="button"
      class={`checkpoint ${state}`}
      aria-pressed={target === selected}
      onClick={() => onSelect(target)}
    >
      {inside}
    </button>
  );
}

/** Where its actor stood for it, or else the moment at which its step was returned. */
export function keyOfCheckpoint({ report }: Model, { index, code, atMs }: ReportedCheckpoint): Key | undefined {
  for (const { spanId, pauses } of report.spans) {
    const at = pauses.findIndex(({ checkpoint }) => checkpoint === index);
    if (at >= 0) return pauseKey(spanId, at);
  }
  if (atMs === null) return undefined;
  const returned = report.moments.findIndex(
    (it) => it.type === "reached" && it.atMs === atMs && it.text.endsWith(` ${code}`),
  );
  return returned < 0 ? undefined : momentKey(returned);
}
