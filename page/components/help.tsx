// The keys of a page.
import { useLayoutEffect, useRef } from "preact/hooks";

/** Keys, and what each does. */
export type Keys = readonly (readonly [keys: readonly string[], meaning: string])[];

/** Those of a report. */
export const reportKeys: Keys = [
  [["←", "→"], "the previous and the next thing of the actor, in time"],
  [["↑", "↓"], "the row above and below, of the next actor too"],
  [["Home", "End"], "the actor's first and last"],
  [["Enter"], "details"],
  [["Escape"], "close, then select nothing; clear the filter"],
  [["z"], "zoom to the selection"],
  [["+", "−"], "zoom, also Ctrl and the wheel, or two fingers"],
  [["0"], "show all"],
  [["Shift ←", "Shift →"], "move the window, also by dragging"],
  [["/", "f"], "filter; there Enter goes to the next match"],
  [["?"], "these keys"],
];

export interface HelpProps {
  readonly keys: Keys;
  readonly open: boolean;
  readonly onClose: () => void;
}

export function Help({ keys, open, onClose }: HelpProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    if (open && !dialog.current?.open) dialog.current?.showModal();
    if (!open) dialog.current?.close();
  }, [open]);
  return (
    <dialog ref={dialog} class="help" aria-labelledby="keys-title" onClose={onClose}>
      <h2 id="keys-title">Keys</h2>
      <dl>
        {keys.map(([names, meaning]) => (
          <div key={meaning}>
            <dt>
              {names.map((name) => (
                <kbd key={name}>{name}</kbd>
              ))}
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <button type="button" onClick={onClose}>
        Close
      </button>
    </dialog>
  );
}
