// The semantics of pyvaldi's own tests, with real processes in place of threads.
import { type Gateway, openGateway } from "spangate";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CoordinatorProcess } from "../support/coordinator-process.ts";
import { machine } from "../support/machine.ts";

// By direct calls of a coordinator in this process, and by gRPC.
const coordinators = { "its own": undefined, "another process's": CoordinatorProcess.start };

describe.each(Object.entries(coordinators))("with a coordinator of %s", (_, start) => {
  let gateway: Gateway;
  let other: CoordinatorProcess | undefined;
  beforeAll(async () => {
    other = await start?.();
    gateway = await openGateway({ stepTimeoutMs: 20_000, ...(other && { connect: other.at }) });
  });
  afterAll(async () => {
    await gateway.close();
    await other?.[Symbol.asyncDispose]();
  });

  describe("one actor", () => {
    it("changes the state step by step, at checkpoints before and after its phases", async () => {
      const one = machine(gateway, "one");
      const { starter } = one;
      await using runner = gateway.runner(
        [starter],
        [
          starter.before("first phase"),
          starter.after("first phase"),
          starter.before("second phase"),
          starter.after("second phase"),
          starter.before("third phase"),
          starter.after("third phase"),
        ],
      );
      expect(one.steps).toBe("");
      for (const steps of ["", "1", "1", "12", "12", "123"]) {
        await runner.next();
        expect(one.steps).toBe(steps);
      }
      expect(await runner.next()).toBeUndefined();
    });

    it("runs to its first checkpoint, before a span", async () => {
      const one = machine(gateway, "one");
      await using runner = gateway.runner([one.starter], [one.starter.before("third phase")]);
      await runner.next();
      expect(one.steps).toBe("12");
    });

    it("runs to its first checkpoint, after a span", async () => {
      const one = machine(gateway, "one");
      await using runner = gateway.runner([one.starter], [one.starter.after("second phase")]);
      await runner.next();
      expect(one.steps).toBe("12");
    });

    it("goes on to its second checkpoint", async () => {
      const one = machine(gateway, "one");
      const { starter } = one;
      await using runner = gateway.runner([starter], [starter.before("second phase"), starter.before("third phase")]);
      await runner.next();
      expect(one.steps).toBe("1");
      await runner.next();
      expect(one.steps).toBe("12");
    });

    it("runs to its end after the last checkpoint", async () => {
      const one = machine(gateway, "one");
      await using runner = gateway.runner([one.starter], [one.starter.before("third phase")]);
      await runner.next();
      await runner.next();
      expect(one.steps).toBe("123");
    });
  });

  describe("two actors", () => {
    it("begins the second only when its turn comes", async () => {
      const [one, two] = [machine(gateway, "one"), machine(gateway, "two")];
      const first = one.starter.after("third phase");
      const second = two.starter.before("first phase");
      await using runner = gateway.runner([one.starter, two.starter], [first, second]);
      expect((await runner.next())?.checkpoint).toBe(first);
      expect([one.steps, two.steps]).toEqual(["123", ""]);
      expect((await runner.next())?.checkpoint).toBe(second);
      await runner.next();
      expect(two.steps).toBe("123");
    });

    it("runs one after the other", async () => {
      const [one, two] = [machine(gateway, "one"), machine(gateway, "two")];
      await using runner = gateway.runner(
        [one.starter, two.starter],
        [
          one.starter.before("first phase"),
          one.starter.before("second phase"),
          one.starter.after("third phase"),
          two.starter.before("first phase"),
          two.starter.before("second phase"),
          two.starter.before("third phase"),
        ],
      );
      for (const steps of [
        ["", ""],
        ["1", ""],
        ["123", ""],
        ["123", ""],
        ["123", "1"],
        ["123", "12"],
        ["123", "123"],
      ]) {
        await runner.next();
        expect([one.steps, two.steps]).toEqual(steps);
      }
    });

    it("interleaves them", async () => {
      const [one, two] = [machine(gateway, "one"), machine(gateway, "two")];
      await using runner = gateway.runner(
        [one.starter, two.starter],
        [
          one.starter.before("first phase"),
          two.starter.before("first phase"),
          one.starter.before("second phase"),
          one.starter.before("third phase"),
          two.starter.before("second phase"),
          two.starter.before("third phase"),
        ],
      );
      for (const steps of [
        ["", ""],
        ["", ""],
        ["1", ""],
        ["12", ""],
        ["123", "1"],
        ["123", "12"],
        ["123", "123"],
      ]) {
        await runner.next();
        expect([one.steps, two.steps]).toEqual(steps);
      }
    });

    it("runs an actor whose last checkpoint has passed to its end before the other moves", async () => {
      const [one, two] = [machine(gateway, "one"), machine(gateway, "two")];
      await using runner = gateway.runner(
        [one.starter, two.starter],
        [one.starter.before("third phase"), two.starter.before("third phase")],
      );
      await runner.next();
      expect([one.steps, two.steps]).toEqual(["12", ""]);
      await runner.next();
      expect([one.steps, two.steps]).toEqual(["123", "12"]);
    });

    it("keeps an actor standing whose end is listed", async () => {
      const [one, two] = [machine(gateway, "one"), machine(gateway, "two")];
      await using runner = gateway.runner(
        [one.starter, two.starter],
        [one.starter.before("third phase"), two.starter.before("third phase"), one.starter.finished],
      );
      await runner.next();
      await runner.next();
      expect([one.steps, two.steps]).toEqual(["12", "12"]);
      await runner.next();
      expect(one.steps).toBe("123");
    });
  });

  describe("four actors, three checkpoints each", () => {
    const phases = ["first phase", "second phase", "third phase"];

    it("moves one actor at a time, in the order's sequence", async () => {
      const machines = ["a", "b", "c", "d"].map((name) => machine(gateway, name));
      const order = phases.flatMap((phase) => machines.map(({ starter }) => starter.after(phase)));
      await using runner = gateway.runner(
        machines.map(({ starter }) => starter),
        order,
      );
      const expected = machines.map(() => "");
      for (const [at, checkpoint] of order.entries()) {
        expect((await runner.next())?.checkpoint).toBe(checkpoint);
        expected[at % 4] = "123".slice(0, Math.floor(at / 4) + 1);
        expect(machines.map(({ steps }) => steps)).toEqual(expected);
      }
      const results = await runner.finish();
      expect(Object.values(results).map(({ exitCode }) => exitCode)).toEqual([0, 0, 0, 0]);
    });
  });
});
