// All that happened, as a table: the timeline in words. Only the rows in sight are in the document.
import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Moment } from "../../src/report/report.ts";
import type { Key } from "../model/items.ts";
import type { Model } from "../model/model.ts";
import { usePrinting } from "./printing.ts";
import { useSize } from "./size.ts";

export interface MomentsProps {
  readonly model: Model;
  readonly selected: Key | null;
  /** Only these; all for `null`. */
  readonly found: ReadonlySet<Key> | null;
  readonly onSelect: (key: Key, open?: boolean) => void;
  readonly onEnter: () => void;
}

const rowHeight = 26;
const headHeight = 30;
const beyond = 10;
/** Where a column for each actor would be narrower, one must do for all. In pixels. */
const leastColumn = 190;
const timeWidth = 74;

export function Moments({ model, selected, found, onSelect, onEnter }: MomentsProps) {
  const { moments, actors } = model.report;
  const shown = useMemo(
    () => moments.map((_, at) => at).filter((at) => !found || found.has(model.momentKeys[at] ?? "")),
    [moments, found, model],
  );
  const scroller = useRef<HTMLDivElement>(null);
  const window = useSize(scroller);
  const [active, setActive] = useState(0);
  const printing = usePrinting();
  const focusRow = useRef(false);

  useLayoutEffect(() => {
    if (selected === null || model.momentKeys[shown[active] ?? -1] === selected) return;
    const first = shown.findIndex((at) => model.momentKeys[at] === selected);
    if (first < 0) return;
    setActive(first);
    bringIntoSight(scroller.current, first);
  }, [selected, shown]);

  useLayoutEffect(() => {
    if (!focusRow.current) return;
    focusRow.current = false;
    scroller.current?.querySelector<HTMLElement>("tr[tabindex='0']")?.focus({ preventScroll: true });
  });

  const go = (to: number) => {
    const row = Math.max(0, Math.min(shown.length - 1, to));
    const key = model.momentKeys[shown[row] ?? -1];
    if (key === undefined) return;
    focusRow.current = true;
    setActive(row);
    bringIntoSight(scroller.current, row);
    onSelect(key, false);
  };
  const page = Math.max(1, Math.floor(window.height / rowHeight) - 2);
  const steps: Readonly<Record<string, number>> = {
    ArrowDown: active + 1,
    ArrowUp: active - 1,
    PageDown: active + page,
    PageUp: active - page,
    Home: 0,
    End: shown.length - 1,
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const to = steps[event.key];
    const key = model.momentKeys[shown[active] ?? -1];
    if (to !== undefined) go(to);
    else if (event.key === "Enter" && key !== undefined) {
      onSelect(key);
      onEnter();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const onClick = (event: MouseEvent) => {
    const row = (event.target as Element).closest<HTMLElement>("tr[data-row]");
    if (!row) return;
    setActive(Number(row.dataset["row"]));
    onSelect(model.momentKeys[shown[Number(row.dataset["row"])] ?? -1] ?? "");
  };

  const first = printing ? 0 : Math.max(0, Math.floor(window.scrolled / rowHeight) - beyond);
  const last = printing
    ? shown.length
    : Math.min(shown.length, first + Math.ceil(window.height / rowHeight) + 2 * beyond);
  const tabbable = active >= first && active < last ? active : first;
  const lanes = (window.width - timeWidth) / actors.length >= leastColumn;
  return (
    <section class="moments" aria-labelledby="moments-title">
      <h2 id="moments-title">What happened</h2>
      <div class="scroller" ref={scroller}>
        <table
          class={lanes ? "in-lanes" : "in-list"}
          aria-rowcount={shown.length + 1}
          onKeyDown={onKeyDown}
          onClick={onClick}
        >
          <thead>
            <tr>
              <th scope="col">ms</th>
              {lanes ? (
                actors.map(({ name }) => (
                  <th key={name} scope="col">
                    <bdi>{name}</bdi>
                  </th>
                ))
              ) : (
                <>
                  <th scope="col">actor</th>
                  <th scope="col">what</th>
                </>
              )}
            </tr>
          </thead>
          <tbody>
            <Spacer rows={first} />
            {shown.slice(first, last).map((at, offset) => {
              const moment = moments[at];
              const row = first + offset;
              return moment ? (
                <tr
                  key={at}
                  data-row={row}
                  class={`moment ${moment.type}`}
                  tabIndex={row === tabbable ? 0 : -1}
                  aria-rowindex={row + 2}
                  aria-current={model.momentKeys[at] === selected ? "true" : undefined}
                >
                  <td class="time">{moment.atMs.toFixed(1)}</td>
                  <Cells moment={moment} actors={actors.map(({ name }) => name)} lanes={lanes} />
                </tr>
              ) : null;
            })}
            <Spacer rows={shown.length - last} />
          </tbody>
        </table>
        {shown.length === 0 && <p class="nothing">{found ? "Nothing matches." : "Nothing has happened."}</p>}
      </div>
    </section>
  );
}

interface CellsProps {
  readonly moment: Moment;
  readonly actors: readonly string[];
  readonly lanes: boolean;
}

function Cells({ moment: { actor, text }, actors, lanes }: CellsProps) {
  if (lanes && actor === null) return <td colSpan={Math.max(1, actors.length)}>{text}</td>;
  if (lanes) return actors.map((name) => <td key={name}>{name === actor && <Text text={text} />}</td>);
  return (
    <>
      <td>{actor !== null && <bdi>{actor}</bdi>}</td>
      <td>
        <Text text={text} />
      </td>
    </>
  );
}

function Text({ text }: { readonly text: string }) {
  return <span title={text}>{text}</span>;
}

function Spacer({ rows }: { readonly rows: number }) {
  return rows > 0 ? <tr class="spacer" style={{ height: `${rows * rowHeight}px` }} /> : null;
}

function bringIntoSight(scroller: HTMLElement | null, row: number): void {
  if (!scroller) return;
  const top = row * rowHeight;
  const room = scroller.clientHeight - headHeight;
  if (top < scroller.scrollTop) scroller.scrollTop = Math.max(0, top - rowHeight);
  else if (top + rowHeight > scroller.scrollTop + room) scroller.scrollTop = top + 2 * rowHeight - room;
}
