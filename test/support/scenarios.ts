// Random programs, and orders that are taken from one of their possible interleavings.

import * as fc from "fast-check";
import { died, inOrder, lost } from "../../src/core/departure.ts";
import type { Goal } from "../../src/core/messages.ts";
import type { Step } from "../../src/core/model.ts";

import { at, type Draft, orderOf } from "./builders.ts";
import { type Action, type Moment, momentsOf, type Program } from "./programs.ts";
import type { Fault, Scenario } from "./simulator.ts";

const actors = ["alice", "bob", "carol"];
const names = ["a", "b", "c"];
const services = ["bank", "shop"];

/** What must be reached, by the checkpoint's index; `undefined` where no span belongs to it. */
type Expected = readonly (Moment | "nothing" | undefined)[];

export interface FeasibleScenario {
  readonly scenario: Scenario;
  readonly expected: Expected;
}

interface Entry {
  readonly draft: Draft;
  readonly expected: Moment | "nothing" | undefined;
}

const anyChoices = fc.array(fc.nat({ max: 999 }), { maxLength: 300, size: "max" });

/** Scenarios in which the order is possible, without branches and locks: the run must succeed. */
export const anyFeasible: fc.Arbitrary<FeasibleScenario> = fc
  .record({
    programs: anyPrograms(1),
    messages: fc.array(fc.option(anyMessage(), { nil: undefined }), { minLength: 3, maxLength: 3 }),
    merge: fc.array(fc.nat({ max: 999 }), { maxLength: 40, size: "max" }),
    picks: fc.array(fc.boolean(), { minLength: 4, maxLength: 40, size: "max" }),
    joins: fc.array(fc.boolean(), { maxLength: 40 }),
    frames: fc.array(
      fc.record({ started: fc.boolean(), ghost: fc.boolean(), finished: fc.boolean(), late: fc.boolean() }),
      {
        minLength: 3,
        maxLength: 3,
      },
    ),
    goals: fc.array(fc.oneof(fc.constant("next" as const), fc.nat({ max: 30 })), { maxLength: 12 }),
    choices: anyChoices,
  })
  .map(({ programs: actions, messages, merge, picks, joins, frames, goals, choices }) => {
    const programs = sendLast(actions, messages);
    const entries = mergeMoments(programs, merge).filter((_, index) => picks[index % picks.length]);
    const listed = entries.length > 0 ? entries : mergeMoments(programs, merge).slice(0, 1);
    const all = frame(withNth(programs, listed), frames);
    const order = orderOf(...joinSteps(all, joins).map((step) => step.map(({ draft }) => draft)));
    const scenario = { programs, order, choices, goals: goals.map((goal) => toGoal(goal, all.length)) };
    return { scenario, expected: all.map(({ expected }) => expected) };
  });

/** Any programs, any order, anything that may go wrong: nothing is promised but the rules. */
export const anyScenario: fc.Arbitrary<Scenario> = fc
  .record({
    programs: anyPrograms(2),
    order: fc.array(fc.array(anyCheckpoint(), { minLength: 1, maxLength: 2 }), { minLength: 1, maxLength: 6 }),
    goals: fc.array(fc.oneof(fc.constant("next" as const), fc.nat({ max: 10 })), { maxLength: 8 }),
    faults: fc.array(anyFault(), { maxLength: 2 }),
    choices: anyChoices,
  })
  .map(({ programs, order, goals, faults, choices }) => {
    const possible = order
      .map((step) => step.filter(({ actor }) => actor in programs))
      .filter((step) => step.length > 0);
    const steps: readonly Step[] = orderOf(...(possible.length > 0 ? possible : [[at("alice", "before", "a")]]));
    const count = steps.flat().length;
    return {
      programs,
      order: steps,
      goals: goals.map((goal) => toGoal(goal, count)),
      faults,
      choices,
      hasBranches: true,
    };
  });

function anyPrograms(richness: 1 | 2): fc.Arbitrary<Readonly<Record<string, Program>>> {
  const { program } = fc.letrec<{ program: Program; action: Action }>((tie) => ({
    program: fc.array(tie("action"), { minLength: 1, maxLength: 3, depthIdentifier: "spans" }),
    action: fc.oneof(
      { depthIdentifier: "spans", maxDepth: 2, withCrossShrink: true },
      { weight: 3, arbitrary: anySpan(fc.constant([])) },
      { weight: 2, arbitrary: anySpan(tie("program")) },
      {
        weight: richness === 2 ? 1 : 0,
        arbitrary: fc.record({
          type: fc.constant("all" as const),
          branches: fc.array(tie("program"), { minLength: 2, maxLength: 2 }),
        }),
      },
      {
        weight: richness === 2 ? 1 : 0,
        arbitrary: fc.record({
          type: fc.constant("lock" as const),
          name: fc.constantFrom("row 1", "row 2"),
          body: tie("program"),
        }),
      },
      { weight: richness === 2 ? 1 : 0, arbitrary: anyMessage() },
    ),
  }));
  return fc
    .array(program, { minLength: 1, maxLength: actors.length })
    .map((programs) => Object.fromEntries(programs.map((it, index) => [actors[index] ?? "", it])));
}

function anySpan(body: fc.Arbitrary<Program>): fc.Arbitrary<Action> {
  return fc.record({
    type: fc.constant("span" as const),
    name: fc.constantFrom(...names),
    service: fc.constantFrom(...services),
    body,
  });
}

function anyMessage(): fc.Arbitrary<Action> {
  return fc.record({
    type: fc.constant("send" as const),
    from: fc.constantFrom(...services),
    to: fc.constantFrom(...services, "worker"),
    body: fc.array(anySpan(fc.constant([])), { maxLength: 2 }),
  });
}

// What follows a message is not ordered against its consumer, so it comes last.
function sendLast(
  programs: Readonly<Record<string, Program>>,
  messages: readonly (Action | undefined)[],
): Readonly<Record<string, Program>> {
  const sending = Object.entries(programs).map(([actor, program], at): [string, Program] => {
    const message = messages[at];
    return [actor, message ? [...program, message] : program];
  });
  return Object.fromEntries(sending);
}

function anyCheckpoint(): fc.Arbitrary<Draft> {
  return fc
    .record({
      actor: fc.constantFrom(...actors),
      phase: fc.constantFrom("before" as const, "after" as const),
      name: fc.constantFrom(...names, "ghost"),
      nth: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined, freq: 4 }),
      ifReached: fc.boolean(),
    })
    .map(({ actor, phase, name, nth, ifReached }) => at(actor, phase, name, { nth, ifReached }));
}

function anyFault(): fc.Arbitrary<Fault> {
  return fc.oneof(
    fc.record({ type: fc.constant("crash" as const), actor: fc.constantFrom(...actors) }),
    fc.record({ type: fc.constant("abort" as const), actor: fc.constantFrom(...actors) }),
    fc.record({
      type: fc.constant("leave" as const),
      service: fc.constantFrom(...services),
      departure: fc.constantFrom(inOrder(0), lost, died("the socket was closed")),
    }),
    fc.record({ type: fc.constant("clock" as const), input: fc.constantFrom("stalled" as const, "expired" as const) }),
    fc.record({ type: fc.constant("close" as const) }),
  );
}

function toGoal(goal: "next" | number, checkpoints: number): Goal {
  return goal === "next" ? { type: "next" } : { type: "skipTo", checkpoint: goal % checkpoints };
}

interface Place {
  readonly actor: string;
  readonly index: number;
  readonly moment: Moment;
}

// One possible interleaving of all actors' moments.
function mergeMoments(programs: Readonly<Record<string, Program>>, choices: readonly number[]): readonly Place[] {
  const rest = Object.entries(programs).map(([actor, program]) =>
    momentsOf(program, actor).map((moment, index): Place => ({ actor, index, moment })),
  );
  const merged: Place[] = [];
  for (let turn = 0; rest.some((places) => places.length > 0); turn += 1) {
    const open = rest.filter((places) => places.length > 0);
    const next = open[(choices[turn] ?? 0) % open.length]?.shift();
    if (next) merged.push(next);
  }
  return merged;
}

// A moment needs its number when the same one came between it and the last listed checkpoint of its actor.
function withNth(programs: Readonly<Record<string, Program>>, places: readonly Place[]): readonly Entry[] {
  const last = new Map<string, number>();
  return places.map(({ actor, index, moment }) => {
    const alike = momentsOf(programs[actor] ?? [], actor)
      .map((it, at) => ({ ...it, at }))
      .filter((it) => it.at <= index && it.name === moment.name && it.phase === moment.phase);
    const isNext = alike.filter((it) => it.at > (last.get(actor) ?? -1)).length === 1;
    last.set(actor, index);
    const nth = isNext ? undefined : alike.length;
    return { draft: at(actor, moment.phase, moment.name, { nth }), expected: moment };
  });
}

interface Frame {
  readonly started: boolean;
  readonly ghost: boolean;
  readonly finished: boolean;
  readonly late: boolean;
}

// Adds implicit checkpoints, and one that never comes, around what an actor has listed.
function frame(entries: readonly Entry[], frames: readonly Frame[]): readonly Entry[] {
  let all: readonly Entry[] = entries;
  for (const [index, { started, ghost, finished, late }] of frames.entries()) {
    const actor = actors[index] ?? "";
    const first = all.findIndex(({ draft }) => draft.actor === actor);
    if (first < 0) continue;
    const last = late ? all.length : all.findLastIndex(({ draft }) => draft.actor === actor) + 1;
    const tail: Entry[] = [];
    if (ghost) tail.push({ draft: at(actor, "after", "ghost", { ifReached: true }), expected: "nothing" });
    if (finished) tail.push({ draft: at(actor, "finished"), expected: undefined });
    const head: Entry[] = started ? [{ draft: at(actor, "started"), expected: undefined }] : [];
    const start = late ? 0 : first;
    all = [...all.slice(0, start), ...head, ...all.slice(start, last), ...tail, ...all.slice(last)];
  }
  return all;
}

// Neighbours of different actors may be awaited together.
function joinSteps(entries: readonly Entry[], joins: readonly boolean[]): readonly (readonly Entry[])[] {
  const steps: Entry[][] = [];
  for (const [index, entry] of entries.entries()) {
    const step = steps.at(-1);
    const fits = step?.every(({ draft }) => draft.actor !== entry.draft.actor);
    if (step && fits && joins[index]) step.push(entry);
    else steps.push([entry]);
  }
  return steps;
}
