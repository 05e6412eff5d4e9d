// What the page shows of a report, and how that changes.
import type { Item, Key } from "./model/items.ts";
import type { Model } from "./model/model.ts";
import type { TimeAxis } from "./model/time-axis.ts";
import { closeUp, isWhole, pan, reveal, type View, whole, zoom } from "./model/view.ts";

export interface State {
  /** `null` for all of it, though it may grow. */
  readonly view: View | null;
  /** Long stretches in which nothing happens are broken. */
  readonly compressed: boolean;
  readonly selected: Key | null;
  /** The details are shown. */
  readonly open: boolean;
  readonly filter: string;
  readonly help: boolean;
}

export type Action =
  | { readonly type: "zoom"; readonly factor: number; readonly at: number | null }
  | { readonly type: "pan"; readonly by: number }
  | { readonly type: "look"; readonly view: View }
  | { readonly type: "whole" }
  | { readonly type: "fit"; readonly fromMs: number; readonly toMs: number }
  | { readonly type: "select"; readonly key: Key; readonly open: boolean; readonly reveal: boolean }
  | { readonly type: "close" }
  | { readonly type: "compress"; readonly on: boolean }
  | { readonly type: "filter"; readonly text: string }
  | { readonly type: "help"; readonly on: boolean };

export const initialState: State = {
  ...{ view: null, compressed: true, selected: null, open: false, filter: "", help: false },
};

/** What the window shows. */
export function viewOf(model: Model, state: State): View {
  return state.view ?? whole(axisOf(model, state).length);
}

export function axisOf(model: Model, { compressed }: Pick<State, "compressed">): TimeAxis {
  return compressed ? model.axes.compressed : model.axes.linear;
}

export function reduce(model: Model, state: State, action: Action): State {
  const axis = axisOf(model, state);
  const { length } = axis;
  const before = viewOf(model, state);
  const see = (view: View): State => ({ ...state, view: isWhole(view, length) ? null : view });
  switch (action.type) {
    case "zoom":
      return see(zoom(before, action.factor, action.at ?? anchorOf(model, state), length));
    case "pan":
      return see(pan(before, action.by, length));
    case "look":
      return see(pan(action.view, 0, length));
    case "whole":
      return { ...state, view: null };
    case "fit":
      return see(closeUp(axis.toUnits(action.fromMs), axis.toUnits(action.toMs), length));
    case "select": {
      const times = timesOf(model, action.key);
      const shown =
        times && action.reveal
          ? see(reveal(before, axis.toUnits(times.fromMs), axis.toUnits(times.toMs), length))
          : state;
      return { ...shown, selected: action.key, open: action.open || state.open };
    }
    case "close":
      return state.help
        ? { ...state, help: false }
        : state.open
          ? { ...state, open: false }
          : { ...state, selected: null };
    case "compress": {
      const other = axisOf(model, { compressed: action.on });
      const move = (units: number) => other.toUnits(axis.toMs(units));
      const view = state.view && pan({ from: move(before.from), to: move(before.to) }, 0, other.length);
      return { ...state, compressed: action.on, view };
    }
    case "filter":
      return { ...state, filter: action.text };
    case "help":
      return { ...state, help: action.on };
  }
}

/** When what has this key happened. */
export function timesOf(model: Model, key: Key): Pick<Item, "fromMs" | "toMs"> | undefined {
  const item = model.items.byKey.get(key);
  if (item) return item;
  const moment = model.report.moments[Number(key.match(/^moment (\d+)$/)?.[1] ?? Number.NaN)];
  return moment && { fromMs: moment.atMs, toMs: moment.atMs };
}

/** Keys zoom where the selection is, if it is to be seen, or else in the middle. */
function anchorOf(model: Model, state: State): number {
  const { from, to } = viewOf(model, state);
  const times = state.selected === null ? undefined : timesOf(model, state.selected);
  if (times) {
    const axis = axisOf(model, state);
    const middle = (axis.toUnits(times.fromMs) + axis.toUnits(times.toMs)) / 2;
    if (middle >= from && middle <= to) return middle;
  }
  return (from + to) / 2;
}
