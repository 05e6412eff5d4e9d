// One column an actor: what has happened, the newest at the bottom, and below it where everybody is now.
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { LiveEvent } from "../../../src/ui/protocol.ts";
import { useSize } from "../../components/size.ts";
import { actorOf } from "../model/rows.ts";
import { type Hold, type RunView, stateOf } from "../model/run.ts";
import type { Turn } from "../model/steps.ts";
import { reveal } from "../reveal.ts";
import { EventRow } from "./event-row.tsx";
import { NowCell } from "./now-cell.tsx";
import { Rails } from "./rails.tsx";

export interface LanesProps {
  readonly view: RunView;
  readonly turn: Turn;
  /** Rises with every event: the view itself stays the same object. */
  readonly version: number;
  readonly onRelease: (hold: Hold) => void;
}

const rowHeight = 26;
/** Rows that are drawn above and below what is in sight. */
const beyond = 12;
/** Columns that are drawn; the others' events are in the run's own page. */
const mostLanes = 60;

export function Lanes({ view, turn, version, onRelease }: LanesProps) {
  const sideways = useRef<HTMLDivElement>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const { width } = useSize(sideways);
  const { height, scrolled } = useSize(scroller);
  /** The newest row is kept in sight until somebody scrolls away from it. */
  const [follows, setFollows] = useState(true);
  /** And its lane, until somebody scrolls sideways himself. */
  const [followsLane, setFollowsLane] = useState(true);
  /** How far the page itself has scrolled sideways. */
  const ownLeft = useRef(0);
  const actors = [...view.actors.values()].slice(0, mostLanes);
  const hidden = view.actors.size - actors.length;
  const { rows, forgotten } = view;

  const toNewest = () => {
    setFollows(true);
    setFollowsLane(true);
    if (scroller.current) scroller.current.scrollTop = scroller.current.scrollHeight;
  };
  useLayoutEffect(() => {
    if (follows && scroller.current) scroller.current.scrollTop = scroller.current.scrollHeight;
  }, [follows, version, height]);

  const columns = new Map(actors.map(({ name }, at) => [name, at]));
  const columnOf = (event: LiveEvent) => {
    const actor = actorOf(event, view.run.order);
    return actor === null ? undefined : columns.get(actor);
  };
  useLayoutEffect(() => {
    if (!follows || !followsLane || !sideways.current) return;
    // What concerns several is in no lane: who moved before it stays in sight.
    const newest = rows.findLast((event) => columnOf(event) !== undefined);
    const heading = newest && sideways.current.querySelectorAll(".heads h2")[columnOf(newest) ?? 0];
    if (heading) reveal(heading, sideways.current);
    ownLeft.current = sideways.current.scrollLeft;
  }, [follows, followsLane, version, width]);

  const onSideways = ({ currentTarget: it }: { readonly currentTarget: HTMLElement }) => {
    // A window that grows leaves less to scroll.
    const own = Math.min(ownLeft.current, it.scrollWidth - it.clientWidth);
    if (Math.abs(it.scrollLeft - own) >= 1) setFollowsLane(false);
  };
  const onScroll = ({ currentTarget: it }: { readonly currentTarget: HTMLElement }) =>
    setFollows(it.scrollHeight - it.scrollTop - it.clientHeight < rowHeight);

  const first = Math.max(0, Math.floor(scrolled / rowHeight) - beyond);
  const last = Math.min(rows.length, first + Math.ceil(height / rowHeight) + 2 * beyond);
  const codeOf = (checkpoint: number) => view.run.order[checkpoint]?.code ?? "";
  const style = { "--lanes": String(actors.length) };
  return (
    <section class="lanes-panel" aria-label="Lanes" style={style}>
      {(view.missed > 0 || hidden > 0) && (
        <p class="nothing capped">
          {view.missed > 0 && `${view.missed.toLocaleString("en")} older events are not kept. `}
          {hidden > 0 && `${hidden} more actors are not shown.`}
        </p>
      )}
      <div class="sideways" ref={sideways} onScroll={onSideways}>
        <div class="grid heads">
          <span class="time">ms</span>
          {actors.map((actor) => {
            const state = stateOf(actor);
            const hasTurn = turn.mover === "run" && state === "moves";
            return (
              <h2 key={actor.name} class={hasTurn ? "has-turn" : ""}>
                <bdi>{actor.name}</bdi>
                {hasTurn && <small>has the turn</small>}
              </h2>
            );
          })}
        </div>
        <div
          class="history"
          ref={scroller}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be scrolled by keys too
          tabIndex={0}
          role="log"
          aria-live="off"
          aria-label="What happened"
          onScroll={onScroll}
        >
          <div class="rows" style={{ height: `${rows.length * rowHeight}px` }}>
            <Rails actors={actors} first={first} last={last} forgotten={forgotten} rowHeight={rowHeight} />
            {rows.slice(first, last).map((event, at) => (
              <EventRow
                key={event.sequence}
                event={event}
                top={(first + at) * rowHeight}
                column={columnOf(event)}
                codeOf={codeOf}
              />
            ))}
          </div>
        </div>
        <div class="grid now">
          <span class="time">now</span>
          {actors.map((actor) => (
            <NowCell key={actor.name} actor={actor} view={view} onRelease={onRelease} />
          ))}
        </div>
      </div>
      {!(follows && followsLane) && (
        <button type="button" class="newest" onClick={toNewest}>
          ↓ The newest
        </button>
      )}
    </section>
  );
}
