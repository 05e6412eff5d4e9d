// A line an actor, beside its events: solid while it moves, and otherwise why it does not.
import type { ActorView } from "../model/run.ts";

export interface RailsProps {
  readonly actors: readonly ActorView[];
  /** The rows that are drawn. */
  readonly first: number;
  readonly last: number;
  readonly forgotten: number;
  readonly rowHeight: number;
}

export function Rails({ actors, first, last, forgotten, rowHeight }: RailsProps) {
  return (
    <div class="grid rails" aria-hidden="true">
      {actors.map(({ name, stretches }, column) => (
        <div key={name} class="rail" style={{ gridColumn: String(column + 2) }}>
          {stretches.map(({ state, from, to }) => {
            const top = Math.max(first, from - forgotten);
            const bottom = Math.min(last, to === null ? last : to - forgotten);
            if (bottom <= top) return null;
            const [begins, ends] = [
              top === from - forgotten ? 0.5 : 0,
              to !== null && bottom === to - forgotten ? 0.5 : 0,
            ];
            return (
              <i
                key={from}
                class={state}
                style={{
                  top: `${(top + begins) * rowHeight}px`,
                  height: `${(bottom - top - begins + ends) * rowHeight}px`,
                }}
              />
            );
          })}
        </div>
      ))}
    </div>
  );
}
