// The times, the breaks between them, and the order's checkpoints as flags.
import { type Frame, xOf } from "../model/draw.ts";
import { type Flag, flagsOf, flagText } from "../model/flags.ts";
import { duration } from "../model/format.ts";
import { type Key, momentKey } from "../model/items.ts";
import type { Model } from "../model/model.ts";
import { ticksOf } from "../model/ticks.ts";
import type { Break } from "../model/time-axis.ts";
import { outcomeOf } from "../model/verdict.ts";
import type { Action } from "../state.ts";
import { keyOfCheckpoint } from "./order.tsx";

export interface RulerProps {
  readonly model: Model;
  readonly frame: Frame;
  readonly selected: Key | null;
  readonly act: (action: Action) => void;
}

const flagWidth = 44;
/** Of a letter, in pixels. */
const letter = 6.5;

export function Ruler({ model, frame, selected, act }: RulerProps) {
  const ticks = ticksOf(frame.axis, frame.view, frame.width);
  return (
    <div class="ruler">
      <div class="flags">
        {flagsOf(model.report.order, frame).map((flag) => {
          const key = flag.checkpoints[0] && keyOfCheckpoint(model, flag.checkpoints[0]);
          return (
            <button
              key={flag.checkpoints[0]?.index}
              type="button"
              tabIndex={-1}
              class={`flag ${flag.checkpoints.some(({ reached }) => reached === false) ? "missed" : ""} ${edgeOf(flag.x, frame)}`}
              style={{ left: `${flag.x}px` }}
              aria-label={flagLabel(model, flag)}
              aria-pressed={key !== undefined && key === selected}
              title={flagLabel(model, flag)}
              onClick={() => key !== undefined && act({ type: "select", key, open: true, reveal: true })}
            >
              {flagText(flag)}
            </button>
          );
        })}
        <FailureFlag model={model} frame={frame} act={act} />
      </div>
      <div class="ticks" aria-hidden="true">
        {ticks.map(({ atMs, x, text }) => (
          <span key={atMs} class="tick" style={{ left: `${x}px` }}>
            {text}
          </span>
        ))}
        {frame.axis.breaks.map((it) => (
          <BreakText key={it.fromMs} it={it} frame={frame} />
        ))}
      </div>
    </div>
  );
}

function FailureFlag({ model: { report }, frame, act }: Omit<RulerProps, "selected">) {
  const at = report.moments.findIndex(({ type }) => type === "failed");
  const moment = report.moments[at];
  if (!moment) return null;
  const x = xOf(moment.atMs, frame);
  if (x < 0 || x > frame.width) return null;
  return (
    <button
      type="button"
      tabIndex={-1}
      class={`flag failure-flag ${edgeOf(x, frame)}`}
      style={{ left: `${x}px` }}
      aria-label={moment.text}
      title={moment.text}
      onClick={() => act({ type: "select", key: momentKey(at), open: true, reveal: true })}
    >
      ✕
    </button>
  );
}

/** A flag at the right end hangs to the left. */
function edgeOf(x: number, { width }: Frame): string {
  return x > width - flagWidth ? "at-edge" : "";
}

function BreakText({ it: { fromMs, toMs, idle }, frame }: { readonly it: Break; readonly frame: Frame }) {
  const [from, to] = [xOf(fromMs, frame), xOf(toMs, frame)];
  if (to < 0 || from > frame.width) return null;
  const text = duration(toMs - fromMs);
  const told = `${text} in which ${idle ? "nobody moves" : "nothing is told"}`;
  return (
    <span class="break-text" style={{ left: `${from}px`, width: `${to - from}px` }} title={told}>
      {to - from >= text.length * letter ? text : "⋯"}
    </span>
  );
}

function flagLabel({ report }: Model, { checkpoints }: Flag): string {
  return checkpoints.map((it) => `${it.index + 1}. ${it.code}: ${outcomeOf(report, it).text}`).join("\n");
}
