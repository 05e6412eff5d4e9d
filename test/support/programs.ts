// What a simulated actor does, as data: spans one in another, branches at once, and locks.
import type { Phase } from "../../src/core/model.ts";

export type Program = readonly Action[];

export type Action =
  | { readonly type: "span"; readonly name: string; readonly service: string; readonly body: Program }
  /** All branches run at once; what follows waits for all of them. */
  | { readonly type: "all"; readonly branches: readonly Program[] }
  /** Only one actor at a time is in the body of a lock's name. */
  | { readonly type: "lock"; readonly name: string; readonly body: Program };

/** One side of one span. */
export interface Moment {
  readonly phase: Extract<Phase, "before" | "after">;
  readonly name: string;
  readonly service: string;
  readonly spanId: string;
  readonly parentSpanId: string;
}

export type Doing =
  | { readonly type: "moment"; readonly moment: Moment }
  | { readonly type: "fork"; readonly branches: readonly Generator<Doing>[] }
  | { readonly type: "lock" | "unlock"; readonly name: string };

/** Plays a program; `place` makes the ids of its spans unique. */
export function* play(program: Program, place: string, parentSpanId = ""): Generator<Doing> {
  for (const [at, action] of program.entries()) {
    const here = `${place}.${at}`;
    switch (action.type) {
      case "span": {
        const span = { name: action.name, service: action.service, spanId: here, parentSpanId };
        yield { type: "moment", moment: { phase: "before", ...span } };
        yield* play(action.body, here, here);
        yield { type: "moment", moment: { phase: "after", ...span } };
        break;
      }
      case "all":
        yield {
          type: "fork",
          branches: action.branches.map((branch, branchAt) => play(branch, `${here}:${branchAt}`, parentSpanId)),
        };
        break;
      case "lock":
        yield { type: "lock", name: action.name };
        yield* play(action.body, here, parentSpanId);
        yield { type: "unlock", name: action.name };
        break;
    }
  }
}

/** The moments of a program, branches one after the other. */
export function momentsOf(program: Program, actor: string): readonly Moment[] {
  return [...flatten(play(program, actor))];
}

function* flatten(doings: Generator<Doing>): Generator<Moment> {
  for (const doing of doings) {
    if (doing.type === "moment") yield doing.moment;
    if (doing.type === "fork") for (const branch of doing.branches) yield* flatten(branch);
  }
}
