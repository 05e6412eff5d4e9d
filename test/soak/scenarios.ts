// What happens in a round: pure, so that a seed and a number tell it again.
import { type Flow, job, type Point, requests } from "./flows.ts";
import type { Random } from "./random.ts";

export interface Act {
  readonly actor: string;
  readonly flow: Flow;
}

/** An entry of the order: a point, or the actor's end. */
export interface Stop {
  readonly actor: string;
  readonly point: Point | "finished";
}

/** How a scenario goes on from a step. */
export type Ending =
  /** It goes through its order by single steps, or by one, to everybody's end. */
  | { readonly type: "next" }
  | { readonly type: "skip and finish"; readonly to: number }
  /** It leaves its scope while actors stand. */
  | { readonly type: "leave"; readonly afterSteps: number }
  /** The clients of all requests give up. */
  | { readonly type: "abort"; readonly afterSteps: number }
  /** The runner's process is killed amid a step. */
  | { readonly type: "die"; readonly afterSteps: number };

export interface Scenario {
  readonly acts: readonly Act[];
  readonly order: readonly Stop[];
  readonly ending: Ending;
}

export interface Round {
  /** At once, each in a process of its own. */
  readonly scenarios: readonly Scenario[];
  /** The service that is killed meanwhile, once its round has come to so many steps. */
  readonly kill: { readonly service: string; readonly afterSteps: number } | undefined;
}

/** @param mortals the services that may be killed */
export function roundOf(random: Random, mortals: readonly string[]): Round {
  const scenarios = Array.from({ length: 1 + random.below(3) }, () => scenarioOf(random));
  const kill = random.chance(0.1) ? { service: random.pick(mortals), afterSteps: random.below(4) } : undefined;
  return { scenarios, kill };
}

function scenarioOf(random: Random): Scenario {
  const names = ["alice", "bob", "carol"].slice(0, 1 + random.below(3));
  // A process takes as long to start as many requests take to end.
  const acts = names.map((actor) => ({ actor, flow: random.chance(0.04) ? job : random.pick(requests) }));
  const order = random.merge(
    acts.map(({ actor, flow }): readonly Stop[] => {
      const stops = random.some(flow.points).map((point) => ({ actor, point }));
      return random.chance(0.5) ? [...stops, { actor, point: "finished" }] : stops;
    }),
  );
  return { acts, order, ending: endingOf(random, order.length) };
}

function endingOf(random: Random, steps: number): Ending {
  const afterSteps = random.below(steps);
  switch (random.below(12)) {
    case 0:
    case 1:
    case 2:
    case 3:
      return { type: "skip and finish", to: random.below(steps) };
    case 4:
    case 5:
      return { type: "leave", afterSteps };
    case 6:
      return { type: "abort", afterSteps };
    case 7:
      return { type: "die", afterSteps };
    default:
      return { type: "next" };
  }
}
