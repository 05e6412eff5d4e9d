import { beforeEach, describe, expect, it } from "vitest";
import { keepBehind } from "../../../../instrumentation/flow/behind.ts";
import { Latch } from "../../../../instrumentation/flow/latch.ts";

class Connection {
  readonly told: unknown[] = [];

  release(...args: unknown[]): void {
    this.told.push(...args);
  }
}

let connection: Connection;

beforeEach(() => {
  connection = new Connection();
});

const microtasks = () => new Promise(setImmediate);

describe("a method that is kept behind calls", () => {
  it("runs on its object once the last of them has been made", async () => {
    const [first, second] = [new Latch(), new Latch()];
    keepBehind(connection, ["release"], first);
    keepBehind(connection, ["release"], second);
    connection.release("now");
    first.open();
    await microtasks();
    expect(connection.told).toEqual([]);
    second.open();
    await microtasks();
    expect(connection.told).toEqual(["now"]);
  });

  it("runs behind what waited before", async () => {
    const latch = new Latch();
    latch.whenOpen(() => connection.told.push("call"));
    keepBehind(connection, ["release"], latch);
    connection.release("release");
    latch.open();
    await microtasks();
    expect(connection.told).toEqual(["call", "release"]);
  });

  it("runs behind a call whose latch is open and that is just about to be made", async () => {
    const latch = new Latch();
    latch.whenOpen(() => connection.release("release"));
    latch.whenOpen(() => connection.told.push("call"));
    keepBehind(connection, ["release"], latch);
    latch.open();
    await microtasks();
    expect(connection.told).toEqual(["call", "release"]);
  });

  it("is the object's own again when nothing waits", async () => {
    const latch = new Latch();
    keepBehind(connection, ["release"], latch);
    expect(Object.hasOwn(connection, "release")).toBe(true);
    latch.open();
    await microtasks();
    expect(Object.hasOwn(connection, "release")).toBe(false);
    connection.release("at once");
    expect(connection.told).toEqual(["at once"]);
  });

  it("gives back a promise of the class that its callers know", async () => {
    class Own<T> extends Promise<T> {}
    const latch = new Latch();
    keepBehind(connection, ["release"], latch, { promises: Own });
    const released: unknown = connection.release("later");
    expect(released).toBeInstanceOf(Own);
    latch.open();
    await released;
    expect(connection.told).toEqual(["later"]);
  });
});
