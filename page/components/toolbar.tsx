// What can be done with the timeline, and what its colours mean.
import type { RefObject } from "preact";
import type { Action, State } from "../state.ts";

export interface ToolbarProps {
  readonly services: readonly string[];
  readonly state: State;
  /** How many items the filter finds; `null` without a filter. */
  readonly matches: number | null;
  readonly input: RefObject<HTMLInputElement | null>;
  readonly act: (action: Action) => void;
  readonly onNext: (step: 1 | -1) => void;
}

export function Toolbar({ services, state, matches, input, act, onNext }: ToolbarProps) {
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    onNext(event.shiftKey ? -1 : 1);
  };
  return (
    <div class="toolbar">
      <search class="filter">
        <input
          ref={input}
          type="search"
          placeholder="Filter"
          aria-label="Filter by name, service or actor"
          value={state.filter}
          onInput={(event) => act({ type: "filter", text: event.currentTarget.value })}
          onKeyDown={onKeyDown}
        />
        <kbd>/</kbd>
        <output>{matches === null ? "" : matches === 1 ? "1 match" : `${matches} matches`}</output>
      </search>
      <ul class="legend" aria-label="Services">
        {services.map((service, at) => (
          <li key={service} class={`hue-${at % 8}`}>
            <bdi>{service}</bdi>
          </li>
        ))}
      </ul>
      <ul class="legend states" aria-label="States">
        <li class="moving">moves</li>
        <li class="held">held</li>
        <li class="locked">waits for a lock</li>
      </ul>
      <label class="axis">
        <input
          type="checkbox"
          checked={state.compressed}
          onChange={(event) => act({ type: "compress", on: event.currentTarget.checked })}
        />
        Shorten quiet time
      </label>
      <fieldset class="zoom" aria-label="Zoom">
        <button
          type="button"
          aria-label="Zoom out"
          title="Zoom out (-)"
          onClick={() => act({ type: "zoom", factor: 1 / 1.5, at: null })}
        >
          −
        </button>
        <button type="button" aria-label="Show all" title="Show all (0)" onClick={() => act({ type: "whole" })}>
          all
        </button>
        <button
          type="button"
          aria-label="Zoom in"
          title="Zoom in (+)"
          onClick={() => act({ type: "zoom", factor: 1.5, at: null })}
        >
          +
        </button>
      </fieldset>
      <button
        type="button"
        class="keys"
        aria-label="Keys"
        title="Keys (?)"
        onClick={() => act({ type: "help", on: true })}
      >
        ?
      </button>
    </div>
  );
}
