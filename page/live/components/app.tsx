// The whole page: who may look, what is there, and the run that is shown.
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { LiveGoal } from "../../../src/ui/protocol.ts";
import { Help } from "../../components/help.tsx";
import { liveKeys, useKeys } from "../keys.ts";
import type { Hold } from "../model/run.ts";
import { namesOf } from "../model/runs.ts";
import { turnOf } from "../model/steps.ts";
import type { LiveStore } from "../store.ts";
import { Banner } from "./banner.tsx";
import { Controls } from "./controls.tsx";
import { Empty } from "./empty.tsx";
import { Lanes } from "./lanes.tsx";
import { OrderPanel } from "./order-panel.tsx";
import { Sidebar } from "./sidebar.tsx";
import { SignIn } from "./sign-in.tsx";

export function App({ store }: { readonly store: LiveStore }) {
  const [, setVersion] = useState(0);
  const [choosing, setChoosing] = useState(false);
  const [help, setHelp] = useState(false);
  const page = useRef<HTMLDivElement>(null);
  useEffect(() => store.start(() => setVersion((it) => it + 1)), [store]);

  const { run, view, all, link } = store;
  const step = run?.isOpen ? run.step : undefined;
  const turn = turnOf(run, view);
  const waits = turn.mover === "person" && link.type === "live";
  useEffect(() => {
    document.title = run ? `${turn.mover === "person" ? "● " : ""}${namesOf(run)} · spangate` : "spangate";
  }, [run, turn.mover]);

  const steer = useCallback(
    (goal: LiveGoal) => {
      setChoosing(false);
      const now = store.run;
      if (now?.step.state !== "person" || store.link.type !== "live") return;
      void store.request("steer", { runId: now.runId, number: now.step.number, goal });
    },
    [store],
  );
  const release = useCallback(
    ({ instance, id }: Pick<Hold, "instance" | "id">) => void store.request("release", { instance, id }),
    [store],
  );
  const toggle = useCallback(() => void store.request("by-hand", { on: !store.all.byHand }), [store]);
  const choose = useCallback(() => {
    if (store.run?.step.state === "person") setChoosing((before) => !before);
  }, [store]);
  const isChoosing = choosing && waits;

  useKeys({
    isOff: help || link.type === "signedOut",
    next: () => steer({ type: "next" }),
    choose,
    finish: () => steer({ type: "finish" }),
    toggle,
    help: () => setHelp(true),
    escape: () => setChoosing(false),
    release: () => releaseFocused(page.current, store),
  });

  if (link.type === "signedOut") return <SignIn error={link.error} onToken={(token) => store.signIn(token)} />;
  return (
    <div class="live" ref={page}>
      <Sidebar all={all} selected={store.selected} onSelect={(runId) => store.choose(runId)} />
      <main>
        <div class="top">
          <Controls
            {...{ run, view, turn, waits }}
            byHand={all.byHand}
            isLive={link.type === "live"}
            choosing={isChoosing}
            onSteer={steer}
            onChoose={choose}
            onToggle={toggle}
            onHelp={() => setHelp(true)}
          />
          <Banner link={link} notice={store.notice} view={view} />
        </div>
        {run && view ? (
          <div class="stage">
            <Lanes
              key={run.runId}
              view={view}
              turn={turn}
              version={view.forgotten + view.rows.length}
              onRelease={release}
            />
            <OrderPanel
              view={view}
              step={step}
              choosing={isChoosing}
              onChoose={(checkpoint) => steer({ type: "skipTo", checkpoint })}
              onCancel={() => setChoosing(false)}
            />
          </div>
        ) : (
          <Empty all={all} isLive={link.type === "live"} isOver={run !== undefined && !run.isOpen} />
        )}
      </main>
      <output class="unseen" aria-live="polite">
        {store.announcement}
      </output>
      <Help keys={liveKeys} open={help} onClose={() => setHelp(false)} />
    </div>
  );
}

// One press chooses a hold, the next one lets it go: it cannot be taken back.
function releaseFocused(page: HTMLElement | null, store: LiveStore): void {
  const buttons = [...(page?.querySelectorAll<HTMLElement>("[data-release]") ?? [])];
  const focused = buttons.find((it) => it === document.activeElement);
  const hold = store.view?.holds.find(({ key }) => key === focused?.dataset["release"]);
  if (hold) void store.request("release", { instance: hold.instance, id: hold.id });
  else if (buttons[0]) {
    buttons[0].focus();
    store.say("Arrow keys choose a hold, r lets it go on past the order");
  } else store.say("Nothing stands at a gate");
}
