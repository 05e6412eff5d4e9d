// Whose move it is, and the buttons for it.
import type { LiveGoal } from "../../../src/ui/protocol.ts";
import type { RunView } from "../model/run.ts";
import { namesOf, type RunSummary } from "../model/runs.ts";
import { nextText, type Turn } from "../model/steps.ts";

export interface ControlsProps {
  readonly run: RunSummary | undefined;
  readonly view: RunView | undefined;
  readonly turn: Turn;
  /** A step waits for a person. */
  readonly waits: boolean;
  readonly byHand: boolean;
  readonly isLive: boolean;
  readonly choosing: boolean;
  readonly onSteer: (goal: LiveGoal) => void;
  readonly onChoose: () => void;
  readonly onToggle: () => void;
  readonly onHelp: () => void;
}

export function Controls(props: ControlsProps) {
  const { run, view, turn, waits, byHand, isLive, choosing, onSteer, onChoose, onToggle, onHelp } = props;
  const why = waits ? undefined : turn.mover === "test" && !byHand ? "Steps are not taken by hand: press b" : turn.text;
  return (
    <header class="controls">
      <div class="whose">
        <h1>
          <bdi>{run ? namesOf(run) : "No run"}</bdi>
        </h1>
        {run && (
          <p class={`turn ${turn.mover}`} role="status" title={turn.text}>
            <span class="dot" aria-hidden="true" /> {turn.text}
          </p>
        )}
      </div>
      <div class="buttons" role="toolbar" aria-label="Steps">
        <Step
          name="Next"
          hotkey="n"
          primary
          why={why}
          title={view && nextText(view)}
          onClick={() => onSteer({ type: "next" })}
        />
        <Step
          name="Skip to…"
          hotkey="s"
          why={why}
          title="to a checkpoint of the order"
          pressed={choosing}
          onClick={onChoose}
        />
        <Step
          name="Finish"
          hotkey="f"
          why={why}
          title="as far as the test has asked for"
          onClick={() => onSteer({ type: "finish" })}
        />
        <button
          type="button"
          role="switch"
          class="switch"
          aria-label="Step by hand"
          aria-keyshortcuts="b"
          aria-checked={byHand}
          disabled={!isLive}
          onClick={onToggle}
        >
          <span class="knob" aria-hidden="true" />
          Step by hand <kbd>b</kbd>
        </button>
        <button type="button" class="plain" aria-label="Keys" title="Keys (?)" onClick={onHelp}>
          ?
        </button>
      </div>
    </header>
  );
}

interface StepProps {
  readonly name: string;
  readonly hotkey: string;
  readonly primary?: boolean;
  /** Why it cannot be pressed; `undefined` where it can. */
  readonly why: string | undefined;
  readonly title: string | undefined;
  readonly pressed?: boolean;
  readonly onClick: () => void;
}

function Step({ name, hotkey, primary = false, why, title, pressed, onClick }: StepProps) {
  return (
    <button
      type="button"
      class={primary ? "primary" : ""}
      disabled={why !== undefined}
      title={why ?? title}
      aria-label={name}
      aria-keyshortcuts={hotkey}
      aria-pressed={pressed}
      onClick={onClick}
    >
      {name} <kbd>{hotkey}</kbd>
    </button>
  );
}
