// An actor's own line: where it begins, goes on and ends.
import { type Frame, xOf } from "../model/draw.ts";
import { clock } from "../model/format.ts";
import { type Key, momentKey } from "../model/items.ts";
import type { Lane } from "../model/lanes.ts";
import type { Mark, MarkType } from "../model/marks.ts";

export interface MarksProps {
  readonly lane: Lane;
  readonly top: number;
  readonly frame: Frame;
  readonly selected: Key | null;
  readonly found: ReadonlySet<Key> | null;
}

const looks: Readonly<Record<MarkType, readonly [sign: string, text: string]>> = {
  begin: ["▷", "begins"],
  released: ["▶", "goes on"],
  ended: ["■", "ends"],
  drained: ["!", "runs to its end"],
  stalled: ["~", "makes no progress"],
};

export function Marks({ lane, top, frame, selected, found }: MarksProps) {
  const visible = lane.marks
    .map((mark) => ({ mark, x: xOf(mark.atMs, frame) }))
    .filter(({ x }) => x > -20 && x < frame.width + 4);
  return visible.map(({ mark, x }, at) => {
    const room = (visible[at + 1]?.x ?? frame.width + 40) - x;
    const key = momentKey(mark.moment);
    return (
      <div
        key={key}
        role="treeitem"
        aria-level={1}
        aria-selected={key === selected}
        aria-label={`${mark.text}, at ${clock(mark.atMs)}`}
        tabIndex={key === selected ? 0 : -1}
        data-key={key}
        class={`mark ${mark.type} ${found && !found.has(key) ? "dim" : ""}`}
        title={`${clock(mark.atMs)}  ${mark.text}`}
        style={{ left: `${x}px`, top: `${top}px`, width: `${Math.max(14, Math.min(room - 2, 140))}px` }}
      >
        <span class="sign" aria-hidden="true">
          {looks[mark.type][0]}
        </span>
        {room > 40 && <span class="text">{textOf(mark)}</span>}
      </div>
    );
  });
}

function textOf({ type, text }: Mark): string {
  return type === "ended" && text !== "ends" ? "ends with an error" : looks[type][1];
}
