// Who waits for a lock stands still as a fact; nobody gets a turn on old news.
import { describe, expect, it } from "vitest";
import type { LockWait } from "../../../src/core/model.ts";
import { newRun } from "../../../src/core/run.ts";
import { advance } from "../../../src/core/turns.ts";
import { at, type Draft, facts, orderOf, passed } from "../../support/builders.ts";
import { Conversation } from "../../support/conversation.ts";

const sessionOf = (actor: string) => ({ system: "postgresql", server: "", id: actor.charCodeAt(0) });
const call = (actor: string, name = "update", session = sessionOf(actor)) =>
  passed(actor, "before", name, { span: facts(name, { spanId: `${actor} ${name}`, session }) });
const commit = (actor: string) => call(actor, "commit");
const waits = (actor: string, ...by: readonly string[]): LockWait => ({
  ...{ actor, call: call(actor), lock: "x", by },
  sessions: by.map(sessionOf),
});

class Probed extends Conversation {
  static of(actors: readonly string[], ...order: readonly (Draft | readonly Draft[])[]): Probed {
    return Object.assign(new Probed(actors, ...order), { run: newRun(actors, orderOf(...order), [], true) });
  }

  calls(actor: string, name?: string, session = sessionOf(actor)): readonly string[] {
    return this.put({ type: "passed", passed: call(actor, name, session) });
  }

  returns(actor: string, name?: string): readonly string[] {
    return this.put({ type: "passed", passed: { ...call(actor, name), phase: "after" } });
  }

  /** What a look at the locks tells, or the answer that was asked for. */
  sees(...all: readonly LockWait[]): readonly string[] {
    return this.put({ type: "probed", waits: all, isAsked: false, asOf: this.run.moves });
  }

  learns(...all: readonly LockWait[]): readonly string[] {
    return this.put({ type: "probed", waits: all, isAsked: true, asOf: this.run.moves });
  }
}

/** alice is held in front of her commit, and bob runs into her lock. */
function held(...order: readonly Draft[]): Probed {
  const run = Probed.of(["alice", "bob"], at("alice", "before", "commit"), ...order);
  run.next();
  run.arrive("alice", "before", "commit", { span: commit("alice").span });
  run.next();
  run.calls("bob");
  return run;
}

describe("a wait", () => {
  it("is told anew when the lock goes to somebody else, and once for each", () => {
    const run = held(at("bob", "blocked"), at("alice", "finished"));
    expect(run.sees(waits("bob", "alice", "carol"))).toContain("blocked bob");
    expect(run.sees(waits("bob", "carol", "alice"))).not.toContain("blocked bob");
    expect(run.sees(waits("bob", "carol"))).toContain("blocked bob");
    expect(run.sees(waits("bob", "carol"))).not.toContain("blocked bob");
    expect(run.sees()).toContain("freed bob");
  });

  it("ends with the process of its call", () => {
    const run = held(at("bob", "blocked"), at("alice", "finished"));
    run.sees(waits("bob", "alice"));
    expect(run.die()).toContain("freed bob");
  });
});

describe("blocked", () => {
  it("is reached by a wait for another actor's lock", () => {
    const run = held(at("bob", "blocked"), at("alice", "finished"));
    expect(run.sees(waits("bob", "alice"))).toEqual(["blocked bob", "answer 1"]);
  });

  it("is not reached by a call that only takes long", () => {
    const run = held(at("bob", "blocked"), at("alice", "finished"));
    expect(run.sees()).toEqual([]);
    expect(run.put({ type: "stalled" })).toEqual([]);
  });

  it("is not reached while another call of the actor goes on", () => {
    const run = held(at("bob", "blocked"), at("alice", "finished"));
    run.calls("bob", "insert", { system: "postgresql", server: "", id: 1 });
    expect(run.sees(waits("bob", "alice"))).toEqual([]);
    run.returns("bob", "insert");
    expect(run.sees(waits("bob", "alice"))).toEqual(["blocked bob", "answer 1"]);
  });

  it("is reached while other calls stand behind the one that waits, and a cursor was never ended", () => {
    const run = held(at("bob", "blocked"), at("alice", "finished"));
    run.put({
      type: "passed",
      passed: passed("bob", "before", "cursor", {
        span: facts("cursor", { endless: true, session: { system: "postgresql", server: "", id: 1 } }),
      }),
    });
    run.calls("bob", "select");
    expect(run.sees(waits("bob", "alice"))).toEqual(["blocked bob", "answer 1"]);
  });

  it("is not reached by a call that has ended meanwhile", () => {
    const run = held(at("bob", "blocked"), at("alice", "finished"));
    run.returns("bob");
    expect(run.sees(waits("bob", "alice"))).toEqual([]);
  });

  it("fails the step of an actor that ends without it", () => {
    const run = held(at("bob", "blocked"), at("alice", "finished"));
    run.returns("bob");
    run.end("bob");
    expect(run.synced()).toEqual(["failed CheckpointNotReached", "release alice before commit"].reverse());
  });

  it("is concluded from standing still where no probe is", () => {
    const run = new Conversation(["alice", "bob"], at("alice", "before", "commit"), at("bob", "blocked"), [
      at("alice", "finished"),
    ]);
    run.next();
    run.arrive("alice", "before", "commit", { span: commit("alice").span });
    expect(run.next()).toEqual(["begin bob", "turn, watched"]);
    expect(run.put({ type: "stalled" })).toEqual(["stalled bob", "answer 1"]);
  });
});

describe("an actor that waits", () => {
  it("is asked after before anybody gets the next turn, and stands still as long as it waits", () => {
    const run = held(at("bob", "blocked"), at("alice", "finished"), at("bob", "finished"));
    run.sees(waits("bob", "alice"));
    expect(run.next()).toEqual(["probe"]);
    expect(run.learns(waits("bob", "alice"))).toEqual(["release alice before commit", "turn, watched"]);
  });

  it("is waited for as soon as it waits no more", () => {
    const run = held(at("bob", "blocked"), at("alice", "finished"), at("bob", "after", "update"));
    run.sees(waits("bob", "alice"));
    run.next();
    run.learns(waits("bob", "alice"));
    run.runsOut("alice");
    expect(run.next()).toEqual(["probe"]);
    expect(run.learns()).toEqual(["freed bob", "turn, watched"]);
  });

  it("ends its turn: an actor on its way to its end waits for others", () => {
    const run = Probed.of(["alice", "bob"], at("alice", "before", "commit"), at("bob", "before", "update"), [
      at("alice", "finished"),
    ] as never);
    run.next();
    run.arrive("alice", "before", "commit", { span: commit("alice").span });
    run.next();
    run.arrive("bob", "before", "update", { span: call("bob").span });
    expect(run.next()).toEqual(["drained bob", "release bob before update", "turn, watched"]);
    expect(run.sees(waits("bob", "alice"))).toEqual(["blocked bob", "probe"]);
    expect(run.learns(waits("bob", "alice"))).toEqual(["release alice before commit", "turn, watched"]);
  });

  it("is freed by the end of its call", () => {
    const run = held(at("bob", "blocked"), at("alice", "finished"));
    run.sees(waits("bob", "alice"));
    expect(run.returns("bob")).toEqual(["freed bob"]);
  });

  it("is freed when its call ended, not when that was told", () => {
    const run = held(at("bob", "blocked"), at("alice", "finished"));
    run.sees(waits("bob", "alice"));
    const ended = { ...call("bob"), phase: "after", atMs: 7 } as const;
    expect(advance(run.run, { type: "passed", passed: ended })).toContainEqual({
      ...{ type: "freed", actor: "bob", atMs: 7 },
    });
  });
});

describe("an order against locks", () => {
  it("fails at once, with who has what", () => {
    const run = held(at("bob", "after", "update"), at("alice", "finished"));
    expect(run.sees(waits("bob", "alice"))).toEqual(["blocked bob", "release alice before commit", "failed Deadlock"]);
    expect(run.failure).toContain("bob waits for alice: x, in update of bank (pid 41).");
    expect(run.failure).toContain("alice stands before commit in bank (pid 41).");
  });

  it("is not concluded of who is held elsewhere than at the session that has the lock", () => {
    const run = Probed.of(
      ["alice", "bob"],
      at("alice", "after", "GET"),
      at("bob", "after", "update"),
      at("alice", "finished"),
    );
    run.next();
    run.arrive("alice", "after", "GET");
    run.next();
    run.calls("bob");
    expect(run.sees(waits("bob", "alice"))).toEqual(["blocked bob"]);
    run.put({ type: "expired" });
    expect(run.synced()).toContain("failed StepTimedOut");
    expect(run.failure).toContain("It waits for alice: x");
  });

  it("is found along a chain of waits", () => {
    const run = Probed.of(
      ["alice", "bob", "carol"],
      ...[
        at("alice", "before", "commit"),
        at("bob", "blocked"),
        at("carol", "after", "update"),
        at("alice", "finished"),
      ],
    );
    run.next();
    run.arrive("alice", "before", "commit", { span: commit("alice").span });
    run.next();
    run.calls("bob");
    run.sees(waits("bob", "alice"));
    run.next();
    run.learns(waits("bob", "alice"));
    run.calls("carol");
    expect(run.sees(waits("bob", "alice"), waits("carol", "bob"))).toContain("failed Deadlock");
    expect(run.failure).toContain("carol waits for bob");
    expect(run.failure).toContain("bob waits for alice");
  });

  it("is meant by who lists the wait before, as long as it is for the same actors", () => {
    const run = Probed.of(
      ["alice", "bob", "carol"],
      ...[at("alice", "before", "commit"), at("carol", "before", "commit"), at("bob", "blocked")],
      ...[at("bob", "after", "update"), at("alice", "finished"), at("carol", "finished")],
    );
    run.next();
    run.arrive("alice", "before", "commit", { span: commit("alice").span });
    run.next();
    run.arrive("carol", "before", "commit", { span: commit("carol").span });
    run.next();
    run.calls("bob");
    run.sees(waits("bob", "alice"));
    run.next();
    expect(run.learns(waits("bob", "alice"))).toEqual(["turn"]);
    expect(run.sees(waits("bob", "alice"))).toEqual([]);
    expect(run.sees(waits("bob", "carol"))).toContain("failed Deadlock");
  });

  it("does not reach what may never come", () => {
    const run = held(at("bob", "after", "update", { ifReached: true }), at("alice", "finished"));
    expect(run.sees(waits("bob", "alice"))).toEqual(["blocked bob", "answer not 1"]);
  });

  it("is not concluded from old news: who had the lock may have let it go, and stand elsewhere now", () => {
    const both = [at("alice", "after", "commit"), at("bob", "after", "update")];
    const run = Probed.of(["alice", "bob"], both, at("alice", "finished"));
    run.next();
    run.calls("bob");
    run.calls("alice", "commit");
    const asOf = run.run.moves;
    run.arrive("alice", "after", "commit");
    expect(run.put({ type: "probed", waits: [waits("bob", "alice")], isAsked: false, asOf })).toEqual(["blocked bob"]);
    expect(run.sees()).toEqual(["freed bob"]);
    expect(run.arrive("bob", "after", "update", { span: call("bob").span })).toContain("answer 0 + 1");
  });

  it("is left alone where the locks alone are in a circle: the database ends one of them", () => {
    const both = [at("alice", "after", "update"), at("bob", "after", "update")];
    const run = Probed.of(["alice", "bob"], both);
    run.next();
    run.calls("alice");
    run.calls("bob");
    expect(run.sees(waits("alice", "bob"), waits("bob", "alice"))).toEqual(["blocked alice", "blocked bob"]);
  });
});

it("fails with its probe", () => {
  const run = held(at("bob", "blocked"), at("alice", "finished"));
  expect(run.put({ type: "unprobed", message: "gone" })).toEqual(["release alice before commit", "failed ProbeFailed"]);
});
