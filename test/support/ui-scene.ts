// A coordinator that tells what a test says: for what the interactive page makes of it.
import type { Move } from "../../src/core/by-hand.ts";
import type { Happening } from "../../src/core/happenings.ts";
import type { Step } from "../../src/core/model.ts";
import type { RunEvent, WatchEvent } from "../../src/gen/spangate/v1/runner.ts";
import { serveUi, type UiCalls, type UiServer } from "../../src/ui/server.ts";
import { happeningToWire, orderToWire } from "../../src/wire/runs.ts";
import { stepToWire } from "../../src/wire/steps.ts";
import { helloOf } from "./raw-agent.ts";

const token = "a token of the tests";
const runId = "5ce4e0";
const yours: Move = { type: "person", wanted: { type: "finish" } };

export interface Scene {
  readonly starters: readonly string[];
  readonly order: readonly Step[];
  /** One every millisecond. */
  readonly happenings: readonly Happening[];
  readonly services?: readonly string[];
  /** A step waits for a person, where it says nothing. */
  readonly move?: Move;
}

/** @returns its server, and the page's address with the token */
export async function playScene(scene: Scene): Promise<{ readonly ui: UiServer; readonly url: string }> {
  const ui = await serveUi({ listen: "127.0.0.1:0", token, calls: callsOf(scene) });
  return { ui, url: `${ui.url}#token=${encodeURIComponent(token)}` };
}

function callsOf({ starters, order, happenings, services = [], move = yours }: Scene): UiCalls {
  const seen: WatchEvent["event"][] = [
    ...services.map((service, at): WatchEvent["event"] => {
      const { pid, thread, modes, versions } = helloOf(service);
      return { $case: "attached", value: { instance: String(at), service, pid, thread, modes, versions, ports: [] } };
    }),
    { $case: "byHand", value: { on: true } },
    { $case: "runOpened", value: { runId, starters: [...starters] } },
    { $case: "step", value: stepToWire(runId, 1, move) },
  ];
  const events = happenings.map((it, at): RunEvent => ({ sequence: at + 1, atMs: at, event: happeningToWire(it) }));
  return {
    watch: (_, listener) => {
      queueMicrotask(() => listener.onEvents(seen.map((event) => ({ atMs: 0, event }))));
      return () => {};
    },
    follow: (_, listener) => {
      const rest = { adoptions: [], recordAttributes: [], openedAtMs: 0 };
      const run = { runId, starters: [...starters], order: orderToWire(order), ...rest };
      queueMicrotask(() => {
        listener.onTold({ run, events: events.slice(0, 500), missed: 0 });
        for (let at = 500; at < events.length; at += 500)
          listener.onTold({ run: undefined, events: events.slice(at, at + 500), missed: 0 });
      });
      return () => {};
    },
    stepByHand: async () => ({}),
    steer: async () => ({}),
    release: async () => ({ released: true }),
  };
}
