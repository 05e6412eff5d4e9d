import { AsyncLocalStorage } from "node:async_hooks";
import { beforeEach, describe, expect, it } from "vitest";
import type { Adapter, Patching } from "../../../../instrumentation/flow/adapter.ts";
import { sandwich } from "../../../../instrumentation/flow/sandwich.ts";
import type { Shape } from "../../../../instrumentation/flow/shape.ts";
import { callbacks, promises } from "../../../../instrumentation/flow/shapes.ts";
import { FlowUnderTest, Instrumented, scope } from "../../../support/flow.ts";

type Query = (text: string) => unknown;

let test: FlowUnderTest;
let instrumentation: Instrumented;

beforeEach(() => {
  test = new FlowUnderTest();
  instrumentation = new Instrumented();
});

function sandwichWith(shape?: Shape): void {
  const docs = { driver: "", tested: "", spans: "", before: "", after: "", unsupported: "" };
  sandwich(instrumentation, test.flow, shape && ({ scope, functions: { query: shape }, docs } satisfies Adapter));
}

function newClient() {
  return {
    query(this: unknown, text: string): unknown {
      test.told.push("raw");
      return `${text}!`;
    },
  };
}

const traced = (raw: Query): Query =>
  function (this: unknown, text) {
    const trace = test.start(text);
    test.told.push("attributes");
    const result = raw.call(this, text);
    if (!(result instanceof Promise)) return result;
    return result.finally(() => test.end(trace));
  };

async function settled<T>(promise: Promise<T>): Promise<boolean> {
  return (await Promise.race([
    promise.then(() => true),
    new Promise((resolve) => setImmediate(resolve, false)),
  ])) as boolean;
}

describe("a sandwiched function", () => {
  it("has its start gate after the patch has set its attributes and before the raw call", () => {
    sandwichWith();
    const client = newClient();
    instrumentation.patch(client, "query", traced);
    expect(client.query("SELECT")).toBe("SELECT!");
    expect(test.told).toEqual(["attributes", "before SELECT refused", "raw"]);
  });

  it("opens no frame while no run is open", () => {
    sandwichWith();
    const client = newClient();
    instrumentation.patch(client, "query", traced);
    test.isArmed = false;
    expect(client.query("SELECT")).toBe("SELECT!");
    expect(test.told).toEqual(["before SELECT refused", "attributes", "raw"]);
  });

  it("waits on both sides of a call that returns a promise, in its own context and with its own receiver", async () => {
    const storage = new AsyncLocalStorage<string>();
    sandwichWith(promises);
    const client = {
      async query(this: unknown, text: string) {
        test.told.push(`raw ${String(this === client)} ${storage.getStore()}`);
        return `${text}!`;
      },
    };
    instrumentation.patch(client, "query", traced as never);
    const result = storage.run("alice", () => client.query("held"));
    expect(await settled(result)).toBe(false);
    expect(test.told).toEqual(["attributes", "before held"]);
    test.holds[0]?.open();
    expect(await settled(result)).toBe(false);
    expect(test.told.slice(2)).toEqual(["raw true alice", "after held"]);
    test.holds[1]?.open();
    expect(await result).toBe("held!");
  });

  it("forgets the hold of a call that fails while it is put off", () => {
    const error = new Error("no such argument");
    sandwichWith({
      putOff() {
        throw error;
      },
    });
    const client = newClient();
    instrumentation.patch(client, "query", traced);
    expect(() => client.query("held")).toThrow(error);
    expect(test.told).toEqual(["attributes", "before held", "withdrawn: the call failed at once"]);
  });

  it("rejects with the very error, after the hold", async () => {
    const error = new Error("refused");
    sandwichWith(promises);
    const client = { query: (_: string) => Promise.reject(error) };
    instrumentation.patch(client, "query", traced as never);
    const result = client.query("held").catch((reason: unknown) => reason);
    test.holds[0]?.open();
    expect(await settled(result)).toBe(false);
    test.holds[1]?.open();
    expect(await result).toBe(error);
  });

  it("waits in front of a callback, and hands it all arguments in the receiver's context", async () => {
    sandwichWith(callbacks);
    const client = {
      query(_: string, callback: (error: null, rows: string) => void) {
        queueMicrotask(() => callback(null, "rows"));
      },
    };
    instrumentation.patch(
      client,
      "query",
      (raw: (text: string, callback: unknown) => void) =>
        function (this: unknown, text: string, callback: (...args: unknown[]) => void) {
          const trace = test.start(text);
          raw.call(this, text, (...args: unknown[]) => {
            test.end(trace);
            callback(...args);
          });
        },
    );
    const answer = new Promise((resolve) => client.query("held", (...args) => resolve(args)));
    expect(await settled(answer)).toBe(false);
    test.holds[0]?.open();
    expect(await settled(answer)).toBe(false);
    test.holds[1]?.open();
    expect(await answer).toEqual([null, "rows"]);
  });

  it("keeps the sequence of calls on one connection, and lets other connections pass", async () => {
    sandwichWith({ ...promises, lineOf: ({ self }) => self as object });
    class Connection {
      async query(text: string) {
        test.told.push(`raw ${text}`);
      }
    }
    instrumentation.patch(Connection.prototype, "query", traced as never);
    const one = new Connection();
    const calls = [one.query("held"), one.query("second"), one.query("third")];
    await new Connection().query("other");
    expect(test.told.filter((line) => line.startsWith("raw"))).toEqual(["raw other"]);
    test.holds[0]?.open();
    await Promise.race(calls);
    test.holds[1]?.open();
    await Promise.all(calls);
    expect(test.told.filter((line) => line.startsWith("raw"))).toEqual([
      "raw other",
      "raw held",
      "raw second",
      "raw third",
    ]);
    expect(test.flow.lines.areEmpty).toBe(true);
  });

  it("lets no call of the same turn overtake one whose hold has just been released", async () => {
    sandwichWith({ ...promises, lineOf: ({ self }) => self as object });
    const connection = {
      async query(text: string) {
        test.told.push(`raw ${text}`);
      },
    };
    instrumentation.patch(connection, "query", traced as never);
    const held = connection.query("held");
    // In the same stretch in which the hold is released, before and after.
    const calls = [Promise.resolve().then(() => connection.query("later"))];
    test.holds[0]?.open();
    calls.push(connection.query("at once") as Promise<void>);
    await Promise.all(calls);
    test.holds[1]?.open();
    await held;
    expect(test.told.filter((line) => line.startsWith("raw"))).toEqual(["raw held", "raw at once", "raw later"]);
  });

  it("does not come to rest amid a stretch whose calls belong together", () => {
    sandwichWith();
    test.flow.inOneStretch(() => {
      test.isArmed = false;
      expect(test.flow.comesToRest()).toBe(false);
      expect(test.flow.isAtRest).toBe(false);
    });
    expect(test.flow.comesToRest()).toBe(true);
  });

  it("refuses a hold of a function of which nothing is known, until it was seen to return a promise", async () => {
    sandwichWith();
    const client = { query: (text: string) => Promise.resolve(text) };
    instrumentation.patch(client, "query", traced as never);
    const first = client.query("held");
    await settled(first);
    expect(test.told.filter((line) => line.startsWith("before"))).toEqual(["before held refused"]);
    test.holds[0]?.open();
    expect(await first).toBe("held");
    void client.query("held");
    expect(test.told.at(-1)).toBe("before held");
  });

  it("refuses an end that it cannot put off", () => {
    sandwichWith();
    const client = newClient();
    instrumentation.patch(
      client,
      "query",
      (raw: Query): Query =>
        function (this: unknown, text) {
          const trace = test.start(text);
          const result = raw.call(this, text);
          test.end(trace);
          return result;
        },
    );
    client.query("held");
    expect(test.told).toEqual(["before held refused", "raw", "after held refused"]);
  });

  it("lets a raw call's exception through, and closes its frame", () => {
    sandwichWith();
    const client = {
      query(): string {
        throw new Error("refused");
      },
    };
    instrumentation.patch(client, "query", traced as never);
    expect(() => client.query()).toThrow("refused");
    expect(test.flow.frames.top(scope)).toBeUndefined();
  });

  it("keeps the name, length, properties and receiver of the function", () => {
    sandwichWith();
    const client = newClient();
    Object.assign(client.query, { version: 3 });
    instrumentation.patch(client, "query", (raw: Query) => {
      expect([raw.name, raw.length, (raw as Query & { version: number }).version]).toEqual(["query", 1, 3]);
      return function (this: unknown, text: string) {
        expect(this).toBe(client);
        return raw.call(this, text);
      };
    });
    expect(client.query("SELECT")).toBe("SELECT!");
  });

  it("may be a constructor: what it makes is of its class", () => {
    sandwichWith();
    class Connection {
      readonly host: string;
      constructor(host: string) {
        test.told.push("raw");
        this.host = host;
      }
    }
    const driver = { Connection };
    instrumentation.patch(
      driver,
      "Connection",
      (raw: typeof Connection) =>
        class extends raw {
          constructor(host: string) {
            test.start("open");
            super(host);
          }
        },
    );
    const connection = new driver.Connection("localhost");
    expect(connection).toBeInstanceOf(Connection);
    expect(connection).toBeInstanceOf(driver.Connection);
    expect(connection.host).toBe("localhost");
    expect(test.told).toEqual(["before open refused", "raw"]);
  });
});

describe("the sandwich", () => {
  it("leaves a function to an adapter that puts something of its own in the patch's place", () => {
    const docs = { driver: "", tested: "", spans: "", before: "", after: "", unsupported: "" };
    const client = newClient();
    const { query } = client;
    const patches = {
      query: ({ object, raw, patch }: Patching) => {
        expect([object, raw]).toEqual([client, query]);
        const patched = patch(raw) as Query;
        return (text: string) => `${String(patched(text))}!`;
      },
    };
    sandwich(instrumentation, test.flow, { scope, functions: {}, patches, docs });
    instrumentation.patch(client, "query", traced);
    expect(client.query("SELECT")).toBe("SELECT!!");
  });

  it("is undone by the instrumentation's own means", () => {
    sandwichWith();
    const client = newClient();
    const { query } = client;
    instrumentation.patch(client, "query", traced);
    expect(client.query).not.toBe(query);
    instrumentation.unpatch(client, "query");
    expect(client.query).toBe(query);
  });

  it("is made once, however often it is asked for", () => {
    sandwichWith();
    const layered = Reflect.get(instrumentation, "_wrap");
    sandwichWith();
    expect(Reflect.get(instrumentation, "_wrap")).toBe(layered);
  });

  it("leaves alone what a patch does not touch", () => {
    sandwichWith();
    const client = newClient();
    const { query } = client;
    instrumentation.patch(client, "query", (raw: Query) => raw);
    expect(client.query).toBe(query);
  });

  it("leaves an instrumentation without _wrap as it is", () => {
    const bare = { instrumentationName: "bare" };
    sandwich(bare as never, test.flow, undefined);
    expect(Object.keys(bare)).toEqual(["instrumentationName"]);
  });
});

it("installs an adapter once, also where that enables the instrumentation anew, which is met at every enable()", () => {
  let installs = 0;
  const docs = { driver: "", tested: "", spans: "", before: "", after: "", unsupported: "" };
  const meet = () => sandwich(instrumentation, test.flow, adapter);
  const adapter: Adapter = {
    ...{ scope, functions: {}, docs },
    install() {
      installs += 1;
      meet();
    },
  };
  meet();
  expect(installs).toBe(1);
});
