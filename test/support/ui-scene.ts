// A coordinator that tells what a test says: for what the interactive page makes of it.
import type { FollowListener } from "../../src/coordinator/listeners.ts";
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

export interface PlayedScene {
  readonly ui: UiServer;
  /** The page's, with the token. */
  readonly url: string;
  /** What happens after the scene's own happenings. */
  tell(...happenings: readonly Happening[]): void;
  /** Nothing more happens in its run. */
  end(): void;
}

export async function playScene(scene: Scene): Promise<PlayedScene> {
  const events: RunEvent[] = [];
  const followers = new Set<FollowListener>();
  const tell = (...happenings: readonly Happening[]) => {
    const more = happenings.map((it, at) => eventOf(it, events.length + at));
    events.push(...more);
    for (const follower of followers) follower.onTold({ run: undefined, events: more, missed: 0 });
  };
  const end = () => {
    for (const follower of followers) follower.onEnd();
  };
  tell(...scene.happenings);
  const ui = await serveUi({ listen: "127.0.0.1:0", token, calls: callsOf(scene, events, followers) });
  return { ui, url: `${ui.url}#token=${encodeURIComponent(token)}`, tell, end };
}

function eventOf(happening: Happening, at: number): RunEvent {
  return { sequence: at + 1, atMs: at, event: happeningToWire(happening) };
}

function callsOf(
  { starters, order, services = [], move = yours }: Scene,
  events: readonly RunEvent[],
  followers: Set<FollowListener>,
): UiCalls {
  const seen: WatchEvent["event"][] = [
    ...services.map((service, at): WatchEvent["event"] => {
      const { pid, thread, modes, versions } = helloOf(service);
      return { $case: "attached", value: { instance: String(at), service, pid, thread, modes, versions, ports: [] } };
    }),
    { $case: "byHand", value: { on: true } },
    { $case: "runOpened", value: { runId, starters: [...starters] } },
    { $case: "step", value: stepToWire(runId, 1, move) },
  ];
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
        followers.add(listener);
      });
      return () => followers.delete(listener);
    },
    stepByHand: async () => ({}),
    steer: async () => ({}),
    release: async () => ({ released: true }),
  };
}
