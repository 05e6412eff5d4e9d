// mysql2, with callbacks and with promises.
import type { OtherEnd } from "../../../src/core/sessions.js";
import { type Adapter, leave } from "../adapter.js";
import { keepBehind } from "../behind.js";
import { doubleOf } from "../double.js";
import { useConnection } from "../scarce/mysql2-pool.js";
import { makeCall, type Shape } from "../shape.js";
import { gateCallback, sessionOf } from "../shapes.js";

type AnyFunction = (...args: unknown[]) => unknown;

interface Connection {
  release?: AnyFunction;
  end: AnyFunction;
  addCommand(command: unknown): unknown;
  readonly threadId?: unknown;
  readonly stream?: OtherEnd;
}

/** A command that a pool has made, whose callback is in it. */
interface Command {
  onResult?: unknown;
}

const query: Shape = {
  lineOf: ({ self }) => self as object,
  putOff(call, latch) {
    const connection = call.self as Connection;
    const commands: unknown[] = [];
    const keeper = doubleOf(connection, {
      addCommand(command) {
        commands.push(command);
        return command;
      },
    });
    const result = makeCall({ ...call, self: keeper });
    latch.whenOpen(() => {
      for (const command of commands) connection.addCommand(command);
    });
    keepBehind(connection, ["release", "end"], latch);
    return result;
  },
  sessionOf({ self }) {
    const { threadId, stream } = self as Connection;
    return sessionOf("mysql", threadId, stream);
  },
  takes: ({ self }, trace, flow) => useConnection(self as Connection, trace, flow),
  neverEnds: ({ args }) =>
    callbackAt(args) > 0 || hasResultCallback(args)
      ? undefined
      : "without a callback its span ends amid the event of its first row, or never",
  gateArguments(args, frame) {
    const at = callbackAt(args);
    if (at > 0) return args.with(at, gateCallback(args[at] as AnyFunction, frame));
    if (hasResultCallback(args)) args[0].onResult = gateCallback(args[0].onResult, frame);
    return args;
  },
};

function callbackAt(args: readonly unknown[]): number {
  return args.findIndex((arg, at) => (at === 1 || at === 2) && typeof arg === "function");
}

// The instrumentation looks there only when the command is the only argument.
function hasResultCallback(args: readonly unknown[]): args is [Command & { onResult: AnyFunction }] {
  return args.length === 1 && typeof (args[0] as Command | null)?.onResult === "function";
}

export const mysql2: Adapter = {
  scope: "@opentelemetry/instrumentation-mysql2",
  functions: { query, execute: query },
  // The instrumentation patches callbacks too: these are the application's, and no calls.
  patches: { "1": leave, "2": leave, onResult: leave },
  docs: {
    driver: "mysql2",
    tested: "mysql2 3",
    spans: "the first word of the SQL, such as `SELECT`; its text in `db.query.text`",
    before: "the command is made and not sent; later queries of its connection wait behind it",
    after: "the result has come, and its caller does not have it; a pool has its connection back",
    unsupported: "`after` a query without a callback or promise, such as a stream: its span ends amid its first row",
  },
};
