// Calls of instrumented functions that are under way in this thread's current synchronous stretch. A frame links
// the call to the span that its patch starts, so that the span's start gate can stand where the patch makes the
// raw call: there the instrumentation has set the span's attributes.

/** One call of a patched function. */
export interface Frame<Span> {
  /** The instrumentation scope whose patch it is. */
  readonly scope: string;
  /** The span that the patch has started, until its start gate has been passed. */
  span: Span | undefined;
  bound: boolean;
}

export class Frames<Span> {
  readonly #stack: Frame<Span>[] = [];
  readonly #gate: (span: Span) => void;

  /** @param gate the start gate of a span */
  constructor(gate: (span: Span) => void) {
    this.#gate = gate;
  }

  push(scope: string): Frame<Span> {
    const frame: Frame<Span> = { scope, span: undefined, bound: false };
    this.#stack.push(frame);
    return frame;
  }

  /** Ends a call. A patch that has not made its raw call by now makes it later: the gate stands here then. */
  pop(frame: Frame<Span>): void {
    while (this.#stack.length > 0 && this.#stack.pop() !== frame) {
      // Frames above it were left by an exception.
    }
    this.#passGate(frame);
  }

  /** Leaves a span's start gate to the call that started it. False when no call did. */
  bind(span: Span, scope: string): boolean {
    const top = this.#stack.at(-1);
    if (!top || top.bound || top.scope !== scope) return false;
    top.bound = true;
    top.span = span;
    return true;
  }

  /** The raw call is about to be made. */
  enterRaw(scope: string): void {
    const top = this.#stack.at(-1);
    if (top && top.scope === scope) this.#passGate(top);
  }

  #passGate(frame: Frame<Span>): void {
    const { span } = frame;
    if (span === undefined) return;
    frame.span = undefined;
    this.#gate(span);
  }
}
