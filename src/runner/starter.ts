// Starters: lazy descriptions of how a chain of actions begins. A runner begins them.
import { inspect } from "node:util";
import { describeAdopted } from "../core/describe.js";
import type { SpanMatch } from "../core/model.js";
import { type Actor, runAs } from "./actor.js";
import { Checkpoint, type Pattern, type SpanOptions, toSpanMatch } from "./checkpoint.js";
import { checkOptions } from "./options.js";

const spanOptions: readonly (keyof SpanOptions)[] = ["service", "kind", "attributes", "nth", "hold"];

/** What an action gives its runner to hold on to. */
export interface Begun<Result> {
  /** The action's end. */
  readonly result: Promise<Result>;
  /** What to say about a result that is an error although the action did not throw, such as an exit code. */
  faultOf(result: Result): string | undefined;
  /** Ends what is still running. Resolves when it is gone. */
  stop(): Promise<void>;
}

/** How an action begins, given the actor that it is to carry. */
export type Begin<Result> = (actor: Actor) => Begun<Result>;

/** Starts one chain of actions. Nothing runs before a runner gives it the first turn; every runner begins it anew. */
export class Starter<Name extends string = string, Result = unknown> {
  /** The actor's name in the order, in results and in errors. Unique within a runner. */
  readonly name: Name;
  /** Reached when the actor is begun and nothing of its code has run. */
  readonly started: Checkpoint;
  /**
   * Reached when the action has ended, and so has what its messages began in consumers. A message that no consumer with
   * an agent takes counts for `stallMs`.
   */
  readonly finished: Checkpoint;
  /**
   * Reached when a call of the actor waits for a lock that another actor has: exactly, with a lock probe of that
   * database; without one when the actor makes no progress for `stallMs`, which is a guess.
   */
  readonly blocked: Checkpoint;
  /** How a runner begins it. */
  readonly begin: Begin<Result>;
  /** The gateway that made it. */
  readonly owner: object;
  /** @internal The root span that begins the actor, where the starter begins nothing itself. */
  readonly adopts: SpanMatch | undefined;

  /** @internal */
  constructor(owner: object, name: Name, begin: Begin<Result>, adopts?: SpanMatch) {
    this.adopts = adopts;
    this.owner = owner;
    this.name = name;
    this.begin = begin;
    this.started = new Checkpoint(this, "started");
    this.finished = new Checkpoint(this, "finished");
    this.blocked = new Checkpoint(this, "blocked");
  }

  /** @internal */
  [inspect.custom](): string {
    return `Starter ${this.name}${this.adopts ? ` (adopts ${describeAdopted(this.adopts)})` : ""}`;
  }

  /**
   * The place before a call that a span describes: the call has not been made.
   * @param span the span's name: exact, a glob, or a regular expression
   * @throws {UsageError} BadPattern, BadOption
   */
  before(span: Pattern, options: SpanOptions = {}): Checkpoint {
    checkOptions("before()", options, spanOptions);
    return new Checkpoint(this, "before", toSpanMatch(span, options), options);
  }

  /**
   * The place after a span's end, before its caller goes on.
   * @param span the span's name: exact, a glob, or a regular expression
   * @throws {UsageError} BadPattern, BadOption
   */
  after(span: Pattern, options: SpanOptions = {}): Checkpoint {
    checkOptions("after()", options, spanOptions);
    return new Checkpoint(this, "after", toSpanMatch(span, options), options);
  }
}

/** An action that is a function of the test process; its arguments come first, the actor last. */
export function beginFunction(
  action: (...args: readonly unknown[]) => unknown,
  args: readonly unknown[],
): Begin<unknown> {
  return (actor) => ({
    // A function cannot be stopped from outside: whatever it waits for has been let go, so it ends by itself.
    stop: async () => {},
    faultOf: () => undefined,
    result: runAs(actor, async () => await action(...args, actor)),
  });
}
