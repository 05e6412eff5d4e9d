// The keys of the interactive page.
import { useEffect, useRef } from "preact/hooks";
import type { Keys } from "../components/help.tsx";

export const liveKeys: Keys = [
  [["n"], "next: one step of the order"],
  [["s"], "skip to a checkpoint: ↑ ↓ choose in the order, Enter goes"],
  [["f"], "finish: as far as the test has asked for"],
  [["b"], "steps by hand, on or off, for all runs"],
  [["r"], "release: choose a hold with ← →, then r again. It goes on past the order"],
  [["Home", "End"], "in the lanes: the oldest, the newest"],
  [["Escape"], "stop choosing"],
  [["?"], "these keys"],
];

export interface KeyActions {
  /** Somebody else has the keys. */
  readonly isOff: boolean;
  readonly next: () => void;
  readonly choose: () => void;
  readonly finish: () => void;
  readonly toggle: () => void;
  readonly release: () => void;
  readonly help: () => void;
  readonly escape: () => void;
}

const names: Readonly<Record<string, Exclude<keyof KeyActions, "isOff">>> = {
  ...{ n: "next", s: "choose", f: "finish", b: "toggle", r: "release", "?": "help", Escape: "escape" },
};

export function useKeys(actions: KeyActions): void {
  const now = useRef(actions);
  now.current = actions;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      // A key that is held down is one press: nobody steps through a whole run by leaning on it.
      if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || now.current.isOff) return;
      if (event.target instanceof HTMLInputElement) return;
      const name = Object.hasOwn(names, event.key) ? names[event.key] : undefined;
      if (!name) return;
      event.preventDefault();
      now.current[name]();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
}
