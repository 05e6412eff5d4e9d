// The whole page of a report.
import { useCallback, useLayoutEffect, useMemo, useReducer, useRef } from "preact/hooks";
import type { Report } from "../../src/report/report.ts";
import { finderOf } from "../model/filter.ts";
import type { Item } from "../model/items.ts";
import { modelOf } from "../model/model.ts";
import { type Action, axisOf, initialState, reduce, type State, viewOf } from "../state.ts";
import { Details } from "./details.tsx";
import { Header } from "./header.tsx";
import { Help, reportKeys } from "./help.tsx";
import { Moments } from "./moments.tsx";
import { Order } from "./order.tsx";
import { Timeline } from "./timeline.tsx";
import { Toolbar } from "./toolbar.tsx";

export interface PageProps {
  readonly report: Report;
  /** Whose run it is. */
  readonly title?: string | undefined;
}

export function Page({ report, title }: PageProps) {
  const model = useMemo(() => modelOf(report), [report]);
  const [state, act] = useReducer((before: State, action: Action) => reduce(model, before, action), initialState);
  const filterInput = useRef<HTMLInputElement>(null);
  const details = useRef<HTMLElement>(null);
  const finds = useMemo(() => finderOf(state.filter, report), [state.filter, report]);
  const found = useMemo(() => (finds ? model.items.lanes.flat().filter(finds) : []), [finds, model]);
  const foundKeys = useMemo(() => (finds ? new Set(found.map(({ key }) => key)) : null), [finds, found]);

  const select = useCallback((key: string, open = true) => act({ type: "select", key, open, reveal: true }), []);
  const close = useCallback(() => act({ type: "close" }), []);
  const fit = useCallback(({ fromMs, toMs }: Pick<Item, "fromMs" | "toMs">) => act({ type: "fit", fromMs, toMs }), []);
  const enter = useCallback(() => requestAnimationFrame(() => details.current?.focus()), []);

  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const typing = event.target instanceof HTMLInputElement && event.target.type !== "checkbox";
      if (event.key === "Escape") {
        if (typing) {
          // The browser would empty the field behind the page's back.
          event.preventDefault();
          act({ type: "filter", text: "" });
          focusTimeline();
        } else act({ type: "close" });
        if (details.current?.contains(document.activeElement)) focusTimeline();
        return;
      }
      if (typing) return;
      const action = pageKeys[event.key];
      if (event.key === "/" || event.key === "f") filterInput.current?.focus();
      else if (action) act(action);
      else return;
      event.preventDefault();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);

  const toNextFound = (step: 1 | -1) => {
    const at = found.findIndex(({ key }) => key === state.selected);
    const next = found[(at + step + found.length) % found.length] ?? found[0];
    if (next) select(next.key);
  };

  const head = useMemo(() => <Header report={report} title={title} />, [report, title]);
  const order = useMemo(
    () => <Order model={model} selected={state.selected} onSelect={select} />,
    [model, state.selected],
  );
  const moments = useMemo(
    () => <Moments model={model} selected={state.selected} found={foundKeys} onSelect={select} onEnter={enter} />,
    [model, state.selected, foundKeys],
  );
  const pane = useMemo(
    () =>
      state.open && state.selected !== null ? (
        <Details model={model} selected={state.selected} pane={details} onSelect={select} onClose={close} onFit={fit} />
      ) : null,
    [model, state.open, state.selected],
  );
  return (
    <>
      {head}
      <main>
        <Toolbar
          services={model.services}
          state={state}
          matches={finds ? found.length : null}
          input={filterInput}
          act={act}
          onNext={toNextFound}
        />
        <Timeline
          model={model}
          axis={axisOf(model, state)}
          view={viewOf(model, state)}
          state={state}
          found={foundKeys}
          act={act}
          onEnter={enter}
        />
        <div class={pane ? "dock with-details" : "dock"}>
          {order}
          {moments}
          {pane}
        </div>
      </main>
      <Help keys={reportKeys} open={state.help} onClose={() => act({ type: "help", on: false })} />
    </>
  );
}

const pageKeys: Readonly<Record<string, Action>> = {
  "+": { type: "zoom", factor: 1.5, at: null },
  "=": { type: "zoom", factor: 1.5, at: null },
  "-": { type: "zoom", factor: 1 / 1.5, at: null },
  "0": { type: "whole" },
  "?": { type: "help", on: true },
};

function focusTimeline(): void {
  const tree = document.querySelector<HTMLElement>("[role=tree]");
  (tree?.querySelector<HTMLElement>("[tabindex='0']") ?? tree)?.focus();
}
