import { beforeEach, describe, expect, it } from "vitest";
import { keepBehind } from "../../../../instrumentation/flow/behind.ts";
import { Latch } from "../../../../instrumentation/flow/latch.ts";
import { callbacks } from "../../../../instrumentation/flow/shapes.ts";
import { FlowUnderTest } from "../../../support/flow.ts";

const alice = {};
const bob = {};

class Connection {
  readonly ended: unknown[][] = [];

  end(...args: unknown[]): string {
    this.ended.push(args);
    return "ended";
  }
}

describe("what ends a connection", () => {
  let under: FlowUnderTest;
  let connection: Connection;

  beforeEach(() => {
    under = new FlowUnderTest();
    class Own extends Connection {
      override end(...args: unknown[]): string {
        return super.end(...args);
      }
    }
    keepBehind(Own.prototype, "end", callbacks, under.flow);
    keepBehind(Own.prototype, "end", callbacks, under.flow);
    connection = new Own();
  });

  it("goes straight through where nothing waits, and gives back what it gives", () => {
    expect(connection.end(1, 2)).toBe("ended");
    expect(connection.ended).toEqual([[1, 2]]);
  });

  it("waits for the calls of all actors on its connection", async () => {
    const holds = [new Latch(), new Latch()];
    under.flow.lines.enter(alice, connection, holds[0]);
    under.flow.lines.enter(bob, connection, holds[1]);
    connection.end(1);
    holds[0]?.open();
    await settled();
    expect(connection.ended).toEqual([]);
    holds[1]?.open();
    await settled();
    expect(connection.ended).toEqual([[1]]);
    expect(under.flow.lines.areEmpty).toBe(true);
  });

  it("waits for nothing that stands on another connection", () => {
    under.flow.lines.enter(alice, new Connection(), new Latch());
    connection.end();
    expect(connection.ended).toEqual([[]]);
  });
});

async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
}
