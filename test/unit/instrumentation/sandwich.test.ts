import { InstrumentationBase, type InstrumentationModuleDefinition } from "@opentelemetry/instrumentation";
import { beforeEach, describe, expect, it } from "vitest";
import { Frames } from "../../../instrumentation/frames.ts";
import { sandwich } from "../../../instrumentation/sandwich.ts";

type Query = (text: string) => string;

// An instrumentation as OpenTelemetry's are: patches through _wrap, starts a span, makes the raw call.
class Instrumented extends InstrumentationBase {
  constructor() {
    super("test-driver", "1.0.0", { enabled: false });
  }

  protected override init(): InstrumentationModuleDefinition[] {
    return [];
  }

  patch<T extends object>(object: T, name: keyof T, patch: (raw: never) => unknown): void {
    this._wrap(object, name as never, patch as never);
  }

  unpatch<T extends object>(object: T, name: keyof T): void {
    this._unwrap(object, name as never);
  }
}

let told: string[];
let frames: Frames<string>;
let armed: boolean;
let instrumentation: Instrumented;

beforeEach(() => {
  told = [];
  armed = true;
  frames = new Frames((span) => told.push(`gate ${span}`));
  instrumentation = new Instrumented();
  sandwich(instrumentation, frames, () => armed);
});

function newClient() {
  return {
    query(this: unknown, text: string) {
      told.push("raw");
      return `${text}!`;
    },
  };
}

const traced = (raw: Query): Query =>
  function (this: unknown, text) {
    told.push(frames.bind("span", "test-driver") ? "bound" : "unbound");
    told.push("attributes");
    return raw.call(this, text);
  };

describe("sandwich", () => {
  it("opens a gate after the patch has set its attributes and before the raw call", () => {
    const client = newClient();
    instrumentation.patch(client, "query", traced);
    expect(client.query("SELECT")).toBe("SELECT!");
    expect(told).toEqual(["bound", "attributes", "gate span", "raw"]);
  });

  it("costs no frame while no run is open", () => {
    const client = newClient();
    instrumentation.patch(client, "query", traced);
    armed = false;
    expect(client.query("SELECT")).toBe("SELECT!");
    expect(told).toEqual(["unbound", "attributes", "raw"]);
  });

  it("lets a raw call's exception through, and closes its frame", () => {
    const client = {
      query(): string {
        throw new Error("refused");
      },
    };
    instrumentation.patch(client, "query", traced as never);
    expect(() => client.query()).toThrow("refused");
    expect(frames.bind("later", "test-driver")).toBe(false);
  });

  it("keeps the name, length, properties and receiver of the function", () => {
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

  it("works for constructors: what they make is of their class", () => {
    class Connection {
      readonly host: string;
      constructor(host: string) {
        told.push("raw");
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
            frames.bind("span", "test-driver");
            super(host);
          }
        },
    );
    const connection = new driver.Connection("localhost");
    expect(connection).toBeInstanceOf(Connection);
    expect(connection).toBeInstanceOf(driver.Connection);
    expect(connection.host).toBe("localhost");
    expect(told).toEqual(["gate span", "raw"]);
  });

  it("is undone by the instrumentation's own means", () => {
    const client = newClient();
    const { query } = client;
    instrumentation.patch(client, "query", traced);
    expect(client.query).not.toBe(query);
    instrumentation.unpatch(client, "query");
    expect(client.query).toBe(query);
  });

  it("is made once, however often it is asked for", () => {
    const layered = Reflect.get(instrumentation, "_wrap");
    sandwich(instrumentation, frames, () => armed);
    expect(Reflect.get(instrumentation, "_wrap")).toBe(layered);
  });

  it("leaves alone what a patch does not touch", () => {
    const client = newClient();
    const { query } = client;
    instrumentation.patch(client, "query", (raw: Query) => raw);
    expect(client.query).toBe(query);
  });

  it("leaves an instrumentation without _wrap as it is", () => {
    const bare = { instrumentationName: "bare" };
    sandwich(bare as never, frames, () => true);
    expect(Object.keys(bare)).toEqual(["instrumentationName"]);
  });
});
