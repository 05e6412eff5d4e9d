// What only the test's side knows of a failure: calls that a starter's function did not wait for.
import type { ErrorCode, SpangateError } from "../core/errors.js";
import type { Actor } from "./actor.js";

/** The codes of actors that ended without what was awaited: it may still have come, had their functions waited. */
const endedWithout: ReadonlySet<ErrorCode> = new Set(["NoAgent", "CheckpointNotReached", "NothingHeld"]);

/** The error's message, with such calls behind its first line. */
export function withLeftCalls({ code, message }: SpangateError, actors: readonly Actor[]): string {
  if (!endedWithout.has(code)) return message;
  const [first, ...rest] = message.split("\n");
  const calls = actors.flatMap(({ name, leftOpen }) =>
    leftOpen.map((peer) => `  ${name}'s function ended while its call to ${peer} was open: return or await the call.`),
  );
  return [first, ...calls, ...rest].join("\n");
}
