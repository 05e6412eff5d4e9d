// What a simulated actor does, as data: spans one in another, branches at once, and locks.
import type { Phase, SpanKind } from "../../src/core/model.ts";

export type Program = readonly Action[];

export type Action =
  | { readonly type: "span"; readonly name: string; readonly service: string; readonly body: Program }
  /** All branches run at once; what follows waits for all of them. */
  | { readonly type: "all"; readonly branches: readonly Program[] }
  /** A message: what its consumer does goes on by itself, and nothing waits for it. */
  | { readonly type: "send"; readonly from: string; readonly to: string; readonly body: Program }
  /** Only one actor at a time is in the body of a lock's name. */
  | { readonly type: "lock"; readonly name: string; readonly body: Program };

/** One side of one span. */
export interface Moment {
  readonly phase: Extract<Phase, "before" | "after">;
  readonly name: string;
  readonly service: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly kind: SpanKind;
}

export type Doing =
  | { readonly type: "moment"; readonly moment: Moment }
  | { readonly type: "fork"; readonly branches: readonly Generator<Doing>[] }
  | { readonly type: "post"; readonly consumer: Generator<Doing> }
  | { readonly type: "lock" | "unlock"; readonly name: string };

/** Plays a program; `place` makes the ids of its spans unique. */
export function* play(program: Program, place: string, parentSpanId = ""): Generator<Doing> {
  for (const [at, action] of program.entries()) {
    const here = `${place}.${at}`;
    switch (action.type) {
      case "span": {
        const { name, service } = action;
        yield* playSpan({ name, service, spanId: here, parentSpanId, kind: "internal" }, play(action.body, here, here));
        break;
      }
      case "send": {
        const message = { name: "send", service: action.from, spanId: here, parentSpanId, kind: "producer" } as const;
        const taken = { service: action.to, spanId: `${here}!`, parentSpanId: here, kind: "consumer" } as const;
        const consumer = playSpan({ name: "take", ...taken }, play(action.body, `${here}!`, `${here}!`));
        yield* playSpan(message, [{ type: "post", consumer }]);
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

function* playSpan(span: Omit<Moment, "phase">, body: Iterable<Doing>): Generator<Doing> {
  yield { type: "moment", moment: { phase: "before", ...span } };
  yield* body;
  yield { type: "moment", moment: { phase: "after", ...span } };
}

/** The moments of a program, branches one after the other; of a message only what its consumer does. */
export function momentsOf(program: Program, actor: string): readonly Moment[] {
  return [...flatten(play(program, actor))];
}

function* flatten(doings: Generator<Doing>): Generator<Moment> {
  for (const doing of doings) {
    if (doing.type === "moment" && doing.moment.kind !== "producer") yield doing.moment;
    if (doing.type === "post") yield* flatten(doing.consumer);
    if (doing.type === "fork") for (const branch of doing.branches) yield* flatten(branch);
  }
}
