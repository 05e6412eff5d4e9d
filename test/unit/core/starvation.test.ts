// An actor that waits for what held actors keep is told from one that is only slow, and from a repair.
import { describe, expect, it } from "vitest";
import type { SpanFacts } from "../../../src/core/model.ts";
import type { Shortage } from "../../../src/core/surroundings.ts";
import { at, bank, type Draft, facts, passed, shop } from "../../support/builders.ts";
import { Conversation } from "../../support/conversation.ts";

const server = (actor: string) => facts("POST", { kind: "server", spanId: `${actor} POST` });
const connect = (actor: string) =>
  facts("pg-pool.connect", { kind: "client", spanId: `${actor} connect`, parentSpanId: `${actor} POST` });
const use = (actor: string, span: SpanFacts) => ({ actor, span, agent: bank });
const select = facts("SELECT", { kind: "client" });

/** Bob waits; each of the others has one of the connections. */
function shortage(...keepers: readonly string[]): Shortage {
  return {
    ...{ resource: "a connection of a pg pool", option: "max", limit: 2, inUse: 2 },
    waiting: use("bob", connect("bob")),
    kept: keepers.map((keeper) => use(keeper, select)),
  };
}

class Racing extends Conversation {
  begins(span: SpanFacts, agent = bank, actor = "bob"): void {
    this.put({ type: "passed", passed: passed(actor, "before", "", { span, agent }) });
  }

  expires(...shortages: readonly Shortage[]): string {
    this.put({ type: "expired" });
    this.synced({ shortages });
    return this.failure;
  }

  stalls(...shortages: readonly Shortage[]): readonly string[] {
    this.put({ type: "stalled" });
    return this.synced({ shortages });
  }
}

/** Alice is held after her SELECT in the bank, and bob's request has come in there. */
function behindAlice(parts: Partial<Draft> = {}): Racing {
  const order = [at("alice", "after", "SELECT"), at("bob", "after", "SELECT", parts), at("alice", "finished")];
  const run = new Racing(["alice", "bob", "carol"], ...order);
  run.next();
  run.begins(server("alice"), bank, "alice");
  run.arrive("alice", "after", "SELECT");
  run.next();
  run.begins(server("bob"));
  return run;
}

describe("an actor that waits for what a pool has none left of", () => {
  it("starves while a held actor has some of it: who, where, and what of", () => {
    const run = behindAlice();
    run.begins(connect("bob"));
    expect(run.expires(shortage("alice"))).toMatch(
      /^Starved: bob cannot reach bob\.after\("SELECT"\): it waits for a connection of a pg pool/,
    );
    expect(run.failure).toContain(
      "It is in pg-pool.connect of bank (pid 41) and is given none: max is 2, and 2 are in",
    );
    expect(run.failure).toContain("1 by alice, held after SELECT in bank (pid 41), last for SELECT.");
    expect(run.failure).toContain("1 by nobody of this run.");
    expect(run.failure).toMatch(/here +bob\.after\("SELECT"\)/);
    expect(run.failure).toContain("Raise max in the service under test");
    expect(run.failure).toContain("Or let alice go on first.");
  });

  it.each([
    ["itself", "bob"],
    ["an actor that goes on", "carol"],
  ])("does not starve where %s has it", (_, keeper) => {
    const run = behindAlice();
    run.begins(connect("bob"));
    expect(run.expires(shortage(keeper))).toMatch(/^StepTimedOut/);
  });

  it("does not starve while another branch of it goes on", () => {
    const run = behindAlice();
    run.begins(connect("bob"));
    run.begins(facts("GET", { kind: "client", parentSpanId: "bob POST" }));
    expect(run.expires(shortage("alice"))).toMatch(/^StepTimedOut/);
  });

  it("does not starve where it has gone on since it was given none", () => {
    const run = behindAlice();
    run.begins(connect("bob"));
    run.begins(facts("pg.connect", { kind: "client", parentSpanId: "bob connect" }));
    expect(run.expires(shortage("alice"))).toMatch(/^StepTimedOut/);
  });

  it("is not taken for repaired", () => {
    const run = behindAlice({ ifReached: true });
    run.begins(connect("bob"));
    expect(run.stalls(shortage("alice"))).toContain("failed Starved");
  });

  it("may be repaired where it is others who are busy", () => {
    const run = behindAlice({ ifReached: true });
    run.begins(connect("bob"));
    expect(run.stalls(shortage())).toContain("answer not 1");
  });
});

describe("an actor that is in no call, in a process in which another one is held", () => {
  it("most likely waits for that one, which is told as likely", () => {
    const run = behindAlice();
    expect(run.expires()).toMatch(/^Starved: bob cannot reach .*: most likely it waits for something that alice keeps/);
    expect(run.failure).toContain("It is in POST of bank (pid 41), and no call of it there has begun and not ended.");
    expect(run.failure).toContain("In the same process is alice, held after SELECT in bank (pid 41).");
    expect(run.failure).toContain('the checkpoint may not come: bob.after("SELECT").ifReached().');
  });

  it("may be slow behind what it was meant to stand at, whose name is misspelt", () => {
    const order = [at("alice", "after", "SELECT"), at("bob", "after", "SELECTT"), at("alice", "finished")];
    const run = new Racing(["alice", "bob"], ...order);
    run.next();
    run.begins(server("alice"), bank, "alice");
    run.arrive("alice", "after", "SELECT");
    run.next();
    run.begins(server("bob"));
    expect(run.expires()).toMatch(/^Starved: .*most likely/);
    expect(run.failure).toContain('Nearest name: "SELECT" (passed by alice).');
  });

  it("may be what a repair does", () => {
    expect(behindAlice({ ifReached: true }).stalls()).toContain("answer not 1");
  });

  it("is slow, where nobody is held in its process", () => {
    const run = behindAlice();
    run.put({ type: "passed", passed: passed("bob", "after", "", { span: server("bob") }) });
    run.begins(facts("work"), shop);
    expect(run.expires()).toMatch(/^StepTimedOut/);
  });

  it("is slow, where it is in a call", () => {
    const run = behindAlice();
    run.begins({ ...select, parentSpanId: "bob POST" });
    expect(run.expires()).toMatch(/^StepTimedOut/);
  });

  it("most likely waits for one that is held elsewhere, amid a request to there", () => {
    const order = [at("alice", "after", "SELECT"), at("bob", "after", "SELECT"), at("alice", "finished")];
    const run = new Racing(["alice", "bob"], ...order);
    run.next();
    run.begins(server("alice"), bank, "alice");
    run.begins(facts("GET", { kind: "client", parentSpanId: "alice POST" }), bank, "alice");
    run.arrive("alice", "after", "SELECT", { agent: shop });
    run.next();
    run.begins(server("bob"));
    expect(run.expires()).toContain("In the same process is alice, held after SELECT in shop (pid 42), amid GET.");
  });
});
