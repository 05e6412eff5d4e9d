import { inspect, stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import type { Entry, Happening } from "../../../src/core/happenings.ts";
import { Interleaving } from "../../../src/report/interleaving.ts";
import { arrival, at, orderOf, passed } from "../../support/builders.ts";

const [[read] = [], [end] = [], [retry] = []] = orderOf(
  at("alice", "after", "read"),
  at("bob", "finished"),
  at("alice", "after", "retry", { ifReached: true }),
);
const call = passed("alice", "before", "write");
const stands = arrival("alice", "after", "read", [0]);

function interleaving(names: readonly string[], ...happenings: readonly Happening[]): Interleaving {
  const actors = names.map((name) => ({ name, traceparent: undefined }));
  const entries = happenings.map((it, at): Entry => ({ ...it, atMs: at + 0.25 }));
  return new Interleaving({ actors, order: [], openedAtMs: 0, entries });
}

function lanes(...recorded: Parameters<typeof interleaving>): string {
  return interleaving(...recorded).toString();
}

describe("an interleaving as text", () => {
  it("has one column an actor, and one line for everything that happened", () => {
    if (!read || !end || !retry) throw new Error("The order has three checkpoints.");
    const text = lanes(
      ["alice", "bob"],
      { type: "begin", actor: "alice" },
      { type: "passed", actor: "alice", passed: passed("alice", "before", "read") },
      { type: "held", actor: "alice", arrival: stands, checkpoint: 0 },
      { type: "reached", reached: [{ checkpoint: read, reached: true, arrival: stands, wait: undefined }] },
      { type: "begin", actor: "bob" },
      { type: "ended", actor: "bob", error: "Error: no\n    at bank.js" },
      { type: "reached", reached: [{ checkpoint: end, reached: true, arrival: undefined, wait: undefined }] },
      { type: "released", actor: "alice", arrival: stands },
      { type: "stalled", actor: "alice" },
      {
        type: "blocked",
        actor: "alice",
        wait: { actor: "alice", call, lock: "ShareLock on x", by: ["bob", "carol"], sessions: [] },
      },
      { type: "freed", actor: "alice" },
      { type: "reached", reached: [{ checkpoint: retry, reached: false, arrival: undefined, wait: undefined }] },
      { type: "ended", actor: "alice", error: undefined },
      { type: "failed", failure: { code: "StepTimedOut", message: "It took too long.\n  Facts.", actor: undefined } },
    );
    expect(text.replace(/ {20,}/g, (gap) => `<${gap.length}>`)).toMatchInlineSnapshot(`
      "       ms  alice<53>bob
            0.3  begins
            1.3  │ before read  [bank]
            2.3  ■ held after read  [bank]
            4.3<60>begins
            5.3<60>ends with an error: Error: no
            6.3<60>■ bob.finished
            7.3  ▶ goes on after read  [bank]
            8.3  ~ makes no progress (a guess): the next one goes on too
            9.3  ◷ waits for bob, carol: ShareLock on x, in write  [bank]
           10.3  ◷ waits no more
           11.3  ○ not reached: alice.after("retry").ifReached()
           12.3  ends
           13.3  FAILED StepTimedOut: It took too long."
    `);
  });

  it("tells nothing twice: what is held is not told again when its step is returned", () => {
    if (!read) throw new Error("The order has a first checkpoint.");
    expect(
      lanes(["alice"], {
        type: "reached",
        reached: [{ checkpoint: read, reached: true, arrival: stands, wait: undefined }],
      }),
    ).toBe("       ms  alice");
  });

  it("keeps every column at its place, however long its texts are", () => {
    const long = "n".repeat(200);
    const [head = "", first = "", second = ""] = lanes(
      ["alice", "bob"],
      { type: "passed", actor: "alice", passed: passed("alice", "before", long) },
      { type: "begin", actor: "bob" },
    ).split("\n");
    expect(first).toContain(long);
    expect(second.indexOf("begins")).toBe(head.indexOf("bob"));
  });

  it("shows names to a terminal as texts, whatever they would make it do", () => {
    const name = "a\n\u001b[2J\u001b[31mb\u001b[39m\r\u009b0m\u202ec\u2028d";
    const [head, line, ...others] = lanes([name], {
      ...{ type: "passed", actor: name },
      passed: passed(name, "before", name, { agent: { instance: "1", service: name, pid: 1 } }),
    }).split("\n");
    const shown = "a\\u000ab\\u000d\\u202ec\\u2028d";
    expect([head, line, ...others]).toEqual([`       ms  ${shown}`, `      0.3  │ before ${shown}  [${shown}]`]);
  });

  it("cuts an error off that is a whole document: every other line would be as wide", () => {
    const document = "x".repeat(100_000);
    const failure = { code: "StarterFailed", message: document, actor: undefined } as const;
    const told = interleaving(
      ["alice", "bob"],
      { type: "ended", actor: "alice", error: document },
      { type: "begin", actor: "bob" },
      { type: "failed", failure },
    );
    for (const line of `${told}`.split("\n")) expect(line.length).toBeLessThan(1_200);
    expect(`${told}`).toContain("xxx…");
    expect(told.toJSON()).toMatchObject({ actors: [{ error: document }, {}], failure: { message: document } });
  });

  it("is coloured in a console that shows colours, and nowhere else", () => {
    const failure = { code: "StepTimedOut", message: "It took too long.", actor: undefined } as const;
    const told = interleaving(["alice"], { type: "begin", actor: "alice" }, { type: "failed", failure });
    const plain = "       ms  alice\n      0.3  begins\n      1.3  FAILED StepTimedOut: It took too long.";
    expect([inspect(told), inspect(told, { colors: false }), `${told}`]).toEqual([plain, plain, plain]);
    const coloured = inspect(told, { colors: true });
    expect(coloured).toContain("\u001b[31mFAILED StepTimedOut: It took too long.\u001b[39m");
    expect(stripVTControlCharacters(coloured)).toBe(plain);
  });
});
