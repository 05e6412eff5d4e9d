// What a test prints while somebody looks for a race: one readable line each.
import { inspect } from "node:util";
import { expect, it } from "vitest";
import type { Arrival } from "../../../src/core/model.ts";
import { type Checkpoint, together } from "../../../src/runner/checkpoint.ts";
import { type Reached, toReached } from "../../../src/runner/reached.ts";
import { beginFunction, Starter } from "../../../src/runner/starter.ts";
import { arrival, facts, spanMatch } from "../../support/builders.ts";

const owner = { coordinator: { token: "secret" } };
const starter = (name: string) =>
  new Starter(
    owner,
    name,
    beginFunction(() => {}, []),
  );
const [alice, bob] = [starter("alice"), starter("bob")];
const span = facts("pg.query:SELECT bank", { kind: "client" });

/** The outcome of a step; who has no arrival did not come. */
function told(...outcomes: readonly (readonly [Checkpoint, Arrival | undefined])[]): Reached | undefined {
  const reached = outcomes.map(([checkpoint, at], index) => ({
    ...{ checkpoint: checkpoint.toCore(index), reached: at !== undefined, arrival: at, wait: undefined },
  }));
  return toReached(
    reached,
    outcomes.map(([checkpoint]) => checkpoint),
  );
}

it("prints a starter, its checkpoints and what is awaited together as a test writes them", () => {
  expect(inspect(alice)).toBe("Starter alice");
  const job = new Starter(
    owner,
    "job",
    beginFunction(() => {}, []),
    spanMatch("nightly", { service: "bank" }),
  );
  expect(inspect(job)).toBe('Starter job (adopts { span: "nightly", service: "bank" })');
  expect(inspect([alice.after("read").ifReached()])).toBe('[ alice.after("read").ifReached() ]');
  expect(inspect(together(alice.finished, bob.finished))).toBe("together(alice.finished, bob.finished)");
});

it("prints what a step reached: the checkpoint, and where its actor stands", () => {
  const stands = arrival("alice", "after", "", [0], { span });
  expect(inspect(told([alice.after("pg.query:SELECT *"), stands]))).toBe(
    'alice.after("pg.query:SELECT *") reached: pg.query:SELECT bank (client) in bank (pid 41), its flow held',
  );
});

it("prints attributes that were asked for on the same line, however long they are", () => {
  const attributes = { "db.query.text": `SELECT\n${"x".repeat(500)}`, rows: 1 };
  const line = inspect(told([alice.after("x"), arrival("alice", "after", "", [0], { span: { ...span, attributes } })]));
  expect(line).toContain("pg.query:SELECT bank { 'db.query.text': 'SELECT\\nxxx");
  expect(line).not.toContain("\n");
  expect(line.length).toBeLessThan(400);
});

it("prints what did not come, and all that was awaited together", () => {
  const step = told([alice.after("x"), arrival("alice", "after", "", [0], { span })], [bob.after("y"), undefined]);
  expect(inspect(step)).toMatch(/^alice\.after\("x"\) reached: .*, together with bob\.after\("y"\) not reached$/);
  expect(inspect(step?.all[1])).toBe('bob.after("y") not reached');
});

it("keeps to the facts where a test compares what a step told, and can be written as JSON", () => {
  const checkpoint = alice.after("x");
  const outcome = { checkpoint, reached: false, arrival: undefined, wait: undefined };
  expect(told([checkpoint, undefined])).toStrictEqual({ ...outcome, all: [outcome] });
  expect(JSON.stringify(told([checkpoint, undefined]))).toContain('{"checkpoint":"alice.after(\\"x\\")"');
});
