// Calls of instrumented functions that are under way in this thread's current synchronous stretch. A frame links the
// call to the span that its patch starts: nothing depends on the active context, which for many drivers is still the
// parent's while the raw call is made.
import type { Trace } from "../trace.js";
import type { Latch } from "./latch.js";
import type { Caller } from "./lines.js";

/** What of a function's shape its frames must know. */
export interface FrameOptions {
  /** The call may start several spans. */
  readonly startsSeveral?: boolean;
  /** The call ends the spans of calls that were made before it: it waits for their end gates. */
  readonly endsSpans?: boolean;
  /** Why no gate stands behind the call, where its driver's adapter knows that. */
  readonly notBehind?: string;
}

const ordinary: FrameOptions = {};

/** One call of a patched function. */
export interface Frame {
  /** The instrumentation scope whose patch it is. */
  readonly scope: string;
  /** The actor's span that the patch has started. */
  trace: Trace | undefined;
  /** Further ones, where a call may start several. */
  readonly more: Trace[] | undefined;
  /** Whose spans it has ended, where the call ends those of calls that were made before it. */
  readonly ended: Set<Caller> | undefined;
  /** True while the patched function has not returned. */
  isOpen: boolean;
  /** True where a gate stands behind the call. */
  isGatedBehind: boolean;
  /** True while the span's end, which comes earlier, has its gate where the call goes on. */
  endsLater: boolean;
  /** Why no gate stands behind the call, where its driver's adapter knows more than that. */
  notBehind: string | undefined;
  /** What the gate behind the call waits for. */
  end: Latch | undefined;
}

export class Frames {
  readonly #stack: Frame[] = [];

  push(scope: string, { startsSeveral, endsSpans, notBehind } = ordinary): Frame {
    const frame: Frame = {
      scope,
      trace: undefined,
      more: startsSeveral ? [] : undefined,
      ended: endsSpans ? new Set() : undefined,
      isOpen: true,
      isGatedBehind: false,
      endsLater: false,
      notBehind,
      end: undefined,
    };
    this.#stack.push(frame);
    return frame;
  }

  pop(frame: Frame): void {
    frame.isOpen = false;
    while (this.#stack.length > 0 && this.#stack.pop() !== frame) {
      // Frames above it were left by an exception.
    }
  }

  /** Links a span to the call that starts it. False when no call does. */
  bind(trace: Trace): boolean {
    const top = this.#stack.at(-1);
    if (top?.scope !== trace.span.instrumentationScope.name) return false;
    if (!top.trace) top.trace = trace;
    else if (top.more && !top.trace.startIsMet) top.more.push(trace);
    else return false;
    trace.frame = top;
    return true;
  }

  /** The innermost call, if it is of this scope. */
  top(scope: string): Frame | undefined {
    const top = this.#stack.at(-1);
    return top?.scope === scope ? top : undefined;
  }
}
