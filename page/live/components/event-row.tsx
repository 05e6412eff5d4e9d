// One event, in its actor's column; in all of them where it concerns them all.
import type { LiveEvent } from "../../../src/ui/protocol.ts";
import { rowOf } from "../model/rows.ts";

export interface EventRowProps {
  readonly event: LiveEvent;
  readonly top: number;
  /** `undefined` where it is no actor's that is shown. */
  readonly column: number | undefined;
  readonly codeOf: (checkpoint: number) => string;
}

export function EventRow({ event, top, column, codeOf }: EventRowProps) {
  const { sign, text, detail } = rowOf(event, codeOf);
  const failed = event.type === "ended" && event.error !== null;
  return (
    <div class={`grid event ${failed ? "failed" : event.type}`} style={{ top: `${top}px` }}>
      <span class="time">{event.atMs.toFixed(1)}</span>
      <span
        class={column === undefined ? "what all" : "what"}
        style={{ "--column": String((column ?? 0) + 2) }}
        title={detail === "" ? text : `${text}\n${detail}`}
      >
        <span class="sign" aria-hidden="true">
          {sign}
        </span>
        <bdi>{text}</bdi>
        {detail !== "" && <small>{detail}</small>}
      </span>
    </div>
  );
}
