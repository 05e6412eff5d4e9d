// Lines from a call that waits for a lock to the lane of who has it.
import type { Connector } from "../model/connectors.ts";
import { type Frame, xOf } from "../model/draw.ts";
import type { Key } from "../model/items.ts";

export interface ConnectorsProps {
  readonly connectors: readonly Connector[];
  readonly frame: Frame;
  readonly height: number;
  readonly selected: Key | null;
}

export function Connectors({ connectors, frame, height, selected }: ConnectorsProps) {
  if (connectors.length === 0) return null;
  return (
    <svg class="connectors" width={frame.width} height={height} aria-hidden="true">
      {connectors.map(({ key, fromMs, toMs, waiterY, ownerY }) => {
        const [from, to] = [xOf(fromMs, frame), xOf(toMs, frame)];
        if (to < 0 || from > frame.width) return null;
        const x = Math.max(from, 4) + 0.5;
        const way = ownerY < waiterY ? -1 : 1;
        return (
          <g key={`${key} ${ownerY}`} class={key === selected ? "selected" : ""}>
            <path d={`M${x} ${waiterY + way * 10}V${ownerY - way * 4}`} />
            <circle cx={x} cy={ownerY} r="3.5" />
          </g>
        );
      })}
    </svg>
  );
}
