// Where one actor is now: its holds as cards, or what it does.
import type { ActorView, Hold, RunView } from "../model/run.ts";
import { HoldCard } from "./hold-card.tsx";

export interface NowCellProps {
  readonly actor: ActorView;
  readonly view: RunView;
  readonly onRelease: (hold: Hold) => void;
}

export function NowCell({ actor, view, onRelease }: NowCellProps) {
  const { holds, wait } = actor;
  return (
    <section class="cell" aria-label={`${actor.name} now`}>
      {[...holds.values()].map((hold) => (
        <HoldCard key={hold.key} hold={hold} view={view} onRelease={onRelease} />
      ))}
      {wait && (
        <p class="state waits">
          <strong>
            {view.isDead ? "waited" : "waits"} for <bdi>{wait.by.join(", ")}</bdi>
          </strong>
          <span>{wait.lock}</span>
        </p>
      )}
      {holds.size === 0 && !wait && <p class={`state ${actor.life}`}>{textOf(actor, view.isDead)}</p>}
    </section>
  );
}

function textOf({ life, error }: ActorView, isDead: boolean): string {
  if (life === "waiting") return "has not begun";
  if (life === "running") return isDead ? "was under way" : "moves";
  return error === null ? "has ended" : "has ended with an error";
}
