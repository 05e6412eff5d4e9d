// A step as the test called it. Its errors lead to that line, also where nobody awaits them.
import { UsageError } from "../core/errors.js";

export class StepCall {
  readonly #text: string;
  /** Made at the call: an error that is made later knows the test's line only where the test awaits it. */
  readonly #place: Error;

  constructor(step: "next" | "skipTo" | "finish" | "settle") {
    this.#text = `runner.${step}()`;
    this.#place = new Error(`${this.#text} was called here.`);
    Error.captureStackTrace(this.#place, StepCall);
  }

  /** What another step gets meanwhile. */
  busy(): UsageError {
    const message = `${this.#text} of this runner is under way. Await it before the next step.`;
    return new UsageError("RunnerBusy", message, { cause: this.#place });
  }

  /** Why it has no answer when the run was closed first. */
  dropped(): UsageError {
    return new UsageError(
      "RunnerEnded",
      `The run was closed while ${this.#text} was under way.\n  Await every step: a test that goes on without its answer leaves the runner's scope, and that closes the run.`,
    );
  }

  /** The error, as if it came from the call. */
  blame(error: Error): Error {
    const { stack = "" } = this.#place;
    const at = stack.indexOf("\n    at ");
    if (at >= 0) error.stack = `${error.name}: ${error.message}${stack.slice(at)}`;
    return error;
  }
}
