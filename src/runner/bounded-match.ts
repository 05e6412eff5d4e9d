// Node's own regular expressions with an end. Its engine tries every way through an expression, one after the other, and
// `^(a+)+$` takes it more than a lifetime in a line of text; only a script of its own can be ended from outside. For yes
// or no there is core/expression, which needs no limit; here it is also wanted what the groups have captured, and in
// texts longer than that looks at.
import { createContext, Script } from "node:vm";

/** Long for any sane expression on a mebibyte, short for who waits. */
export const matchLimitMs = 1_000;

interface Sandbox {
  expression: RegExp | undefined;
  text: string;
}

const script = new Script("expression.exec(text)");
const sandbox: Sandbox = { expression: undefined, text: "" };
let context: Sandbox | undefined;

/** @returns `"late"` where it would take too long to tell */
export function matchWithin(expression: RegExp, text: string, limitMs = matchLimitMs): RegExpExecArray | null | "late" {
  // Made when it is first needed: it takes a millisecond.
  context ??= createContext(sandbox) as Sandbox;
  Object.assign(context, { expression, text });
  try {
    return script.runInContext(context, { timeout: limitMs }) as RegExpExecArray | null;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_SCRIPT_EXECUTION_TIMEOUT") return "late";
    throw error;
  } finally {
    Object.assign(context, { expression: undefined, text: "" });
  }
}
