// The order as a list to choose from: by arrow keys and Enter, or by a pointer.
import { useEffect, useRef, useState } from "preact/hooks";
import type { LiveCheckpoint } from "../../../src/ui/protocol.ts";
import { OrderEntry, type OrderEntryProps } from "./order-entry.tsx";

export interface SkipListProps {
  readonly entries: readonly OrderEntryProps[];
  /** Those that one can skip to. */
  readonly choices: readonly LiveCheckpoint[];
  readonly onChoose: (checkpoint: number) => void;
  readonly onCancel: () => void;
}

export function SkipList({ entries, choices, onChoose, onCancel }: SkipListProps) {
  const [at, setAt] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const chosen = choices[Math.min(at, choices.length - 1)];
  // It has the keys while something is chosen, and gives them back.
  useEffect(() => {
    const before = document.activeElement;
    list.current?.focus();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  useEffect(() => {
    list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [chosen]);

  const onKeyDown = (event: KeyboardEvent) => {
    const moves: Readonly<Record<string, number>> = {
      ...{ ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: choices.length - 1 },
    };
    const to = moves[event.key];
    if (to !== undefined) setAt(Math.max(0, Math.min(choices.length - 1, to)));
    else if (event.key === "Enter" && chosen) onChoose(chosen.index);
    else if (event.key === "Escape") onCancel();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const onClick = ({ target }: MouseEvent) => {
    const option = (target as Element).closest<HTMLElement>("[role=option]:not([aria-disabled=true])");
    if (option) onChoose(Number(option.dataset["checkpoint"]));
  };
  return (
    <div
      ref={list}
      class="entries choosing"
      role="listbox"
      tabIndex={0}
      aria-label="Skip to"
      aria-activedescendant={chosen && `checkpoint-${chosen.index}`}
      onKeyDown={onKeyDown}
      onClick={onClick}
    >
      {entries.map((entry) => {
        const { index } = entry.checkpoint;
        return (
          <div
            key={index}
            id={`checkpoint-${index}`}
            role="option"
            tabIndex={-1}
            data-checkpoint={index}
            aria-selected={index === chosen?.index}
            aria-disabled={!choices.some((it) => it.index === index)}
          >
            <OrderEntry {...entry} />
          </div>
        );
      })}
    </div>
  );
}
