// An actor that stands at a gate: where, and what it is about to do or has done.

import type { LivePlace } from "../../../src/ui/protocol.ts";
import { KindIcon } from "../../components/kind-icon.tsx";
import { Sql } from "../../components/sql.tsx";
import { categoryOf, hasStatement, requestOf, statementOf } from "../../model/detail-line.ts";
import type { Hold, RunView } from "../model/run.ts";

export interface HoldCardProps {
  readonly hold: Hold;
  readonly view: RunView;
  readonly onRelease: (hold: Hold) => void;
}

export function HoldCard({ hold, view, onRelease }: HoldCardProps) {
  const { place, actor, checkpoint, atMs } = hold;
  const code = view.run.order[checkpoint]?.code;
  return (
    <article class="hold" data-hold={hold.key} aria-label={`${actor} held ${place.phase} ${place.name}`}>
      <header>
        <span class="number" title={code}>
          {checkpoint + 1}
        </span>
        <h3>
          <bdi class="actor">{actor}</bdi>
          <span class="phase">{place.phase}</span> <KindIcon category={categoryOf(place)} /> <bdi>{place.name}</bdi>
        </h3>
      </header>
      <What place={place} />
      <footer>
        <span class="fact">
          <bdi>{place.service}</bdi> · pid {place.pid} · since {atMs.toFixed(1)} ms
        </span>
        <button
          type="button"
          title="Lets it go on at once, past the order: whoever has the turn"
          aria-label={`Release ${actor}, held ${place.phase} ${place.name}`}
          aria-keyshortcuts="r"
          data-release={hold.key}
          onKeyDown={({ key, currentTarget }) => {
            const step = { ArrowRight: 1, ArrowLeft: -1 }[key];
            if (step !== undefined) focusNeighbour(currentTarget, step);
          }}
          onClick={() => onRelease(hold)}
        >
          Release <kbd>r</kbd>
        </button>
      </footer>
    </article>
  );
}

function What({ place }: { readonly place: LivePlace }) {
  const statement = statementOf(place);
  if (statement !== undefined) return <Sql statement={statement} />;
  const request = requestOf(place);
  if (request !== undefined) return <p class="request">{request}</p>;
  if (hasStatement(place)) {
    return (
      <p class="missing">
        SQL not recorded: <code>recordAttributes</code> or a match on <code>db.query.text</code> tells it.
      </p>
    );
  }
  if (place.kind === "server" || place.kind === "client") {
    return (
      <p class="missing">
        URL not recorded{place.peer !== "" && `, at ${place.peer}`}: <code>recordAttributes</code> or a match on{" "}
        <code>{place.kind === "server" ? "url.path" : "url.full"}</code> tells it.
      </p>
    );
  }
  return null;
}

function focusNeighbour(button: HTMLElement, step: number): void {
  const buttons = [...document.querySelectorAll<HTMLElement>("[data-release]")];
  buttons[buttons.indexOf(button) + step]?.focus();
}
