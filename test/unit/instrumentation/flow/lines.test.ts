import { beforeEach, describe, expect, it } from "vitest";
import { Latch } from "../../../../instrumentation/flow/latch.ts";
import { type Caller, Lines } from "../../../../instrumentation/flow/lines.ts";
import { promises } from "../../../../instrumentation/flow/shapes.ts";

let alice: { isOver: boolean };
const connection = {};
const turnOfTheLoop = () => new Promise(setImmediate);

let lines: Lines;
let made: string[];

beforeEach(() => {
  alice = { isOver: false };
  lines = new Lines();
  made = [];
});

const queryOfNobody = (text: string) => query(text, undefined, null);

function query(text: string, hold?: Latch, caller: Caller | null = alice): void {
  const call = { raw: () => made.push(text), self: connection, args: [], frame: undefined };
  const turn = lines.enter(caller ? [caller] : [], connection, hold);
  if (turn) void promises.putOff(call, turn);
  else call.raw();
}

describe("a line of calls", () => {
  it("keeps back a call that comes while the one in front is let go", async () => {
    const hold = new Latch();
    query("first", hold);
    // Released together: another flow of the actor goes on in the same breath.
    hold.whenOpen(() => query("second"));
    hold.open();
    await turnOfTheLoop();
    expect(made).toEqual(["first", "second"]);
  });

  it("keeps the sequence of calls that come at any moment of a release", async () => {
    for (let moment = 0; moment < 8; moment += 1) {
      made = [];
      const hold = new Latch();
      query("first", hold);
      query("second");
      hold.open();
      for (let microtask = 0; microtask < moment; microtask += 1) await undefined;
      query("third");
      await turnOfTheLoop();
      expect(made).toEqual(["first", "second", "third"]);
      expect(lines.areEmpty).toBe(true);
    }
  });

  it("keeps the sequence of calls of which the last come when their run is over, and are nobody's", async () => {
    const hold = new Latch();
    query("BEGIN", hold);
    queryOfNobody("of a health check");
    expect(made).toEqual(["of a health check"]);
    alice.isOver = true;
    queryOfNobody("UPDATE");
    queryOfNobody("COMMIT");
    hold.open();
    await turnOfTheLoop();
    expect(made.slice(1)).toEqual(["BEGIN", "UPDATE", "COMMIT"]);
    expect(lines.areEmpty).toBe(true);
  });
});
