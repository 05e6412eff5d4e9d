// Each failure names its facts. The texts are for people: these tests ask for the facts, not for the wording.

import { describe, expect, it } from "vitest";
import type { AttachedAgent, FrozenThread } from "../../../src/core/surroundings.ts";

import { at, bank, facts, passed, shop } from "../../support/builders.ts";
import { Conversation } from "../../support/conversation.ts";

const bankAgent: AttachedAgent = { ...bank, ports: [8_080] };
const shopAgent: AttachedAgent = { ...shop, ports: [] };

function alone(name: string, ...more: readonly string[]): Conversation {
  const run = new Conversation(["alice", "bob"], ...[name, ...more].map((it) => at("alice", "after", it)));
  run.next();
  return run;
}

function timeOut(run: Conversation, surroundings = {}): string {
  run.put({ type: "expired" });
  run.synced(surroundings);
  return run.failure;
}

describe("a checkpoint that was never reached", () => {
  it("comes with the spans that the actor did pass, and the nearest name", () => {
    const run = alone("pg.query:UPDATE bank");
    run.pass("alice", "before", "POST");
    run.pass("alice", "before", "pg.query:SELECT bank");
    run.pass("alice", "after", "pg.query:SELECT bank");
    run.pass("bob", "after", "pg.query:UPDATE banks");
    run.pass("alice", "after", "POST");
    run.end("alice");
    run.synced();
    expect(run.failure).toMatch(/^CheckpointNotReached: alice never reached alice\.after\("pg\.query:UPDATE bank"\)/);
    expect(run.failure).toContain("pg.query:SELECT bank  internal bank");
    expect(run.failure).toContain('Nearest name: "pg.query:UPDATE banks" (passed by bob).');
    expect(run.failure).toContain("here  alice.after(");
  });

  it("tells a span that has begun and not ended, and how many are left out", () => {
    const run = alone("never");
    for (let index = 0; index < 100; index += 1) run.pass("alice", "before", `span ${index}`);
    expect(timeOut(run)).toContain("the last 40 of 100 events");
    expect(run.failure).toMatch(/span 99 +internal bank +\(has not ended\)/);
    expect(run.failure).not.toContain("span 59 ");
  });

  it("says so when a span of the very name passed on the other side", () => {
    const run = alone("read");
    run.pass("alice", "before", "read");
    expect(timeOut(run)).toContain('A span whose name fits, "read", was passed by alice');
  });

  it("tells how often the actor passed the span whose number is asked for", () => {
    const run = new Conversation(["alice"], at("alice", "after", "read", { nth: 3 }));
    run.next();
    run.arrive("alice", "after", "read");
    run.arrive("alice", "after", "read");
    run.end("alice");
    run.synced();
    expect(run.failure).toContain("after read in bank (pid 41) 2 times; the order asks for number 3");
  });

  it("does not tell a checkpoint as missed that was reached at a later occurrence", () => {
    const run = alone("begin", "read", "write");
    run.arrive("alice", "after", "read");
    run.arrive("alice", "after", "begin");
    run.next();
    run.arrive("alice", "after", "read");
    run.next();
    run.end("alice");
    run.synced();
    expect(run.failure).toContain("never reached");
    expect(run.failure).not.toContain("later listed");
  });

  it("names a call that no agent has seen come in", () => {
    const run = alone("read");
    const http = "@opentelemetry/instrumentation-http";
    const call = facts("POST", { kind: "client", scope: http, peer: "ledger:9", spanId: "c1" });
    const heard = facts("GET", { kind: "client", scope: http, peer: "shop:8", spanId: "c2" });
    run.put({ type: "passed", passed: passed("alice", "before", "", { span: call }) });
    run.put({ type: "passed", passed: passed("alice", "before", "", { span: heard }) });
    const served = facts("GET", { kind: "server", parentSpanId: "c2" });
    run.put({ type: "passed", passed: passed("alice", "before", "", { span: served, agent: shop }) });
    expect(timeOut(run)).toContain("Its call POST from bank to ledger:9 was seen by no agent");
    expect(run.failure).not.toContain("shop:8");
  });
});

describe("the cause of a step that cannot complete", () => {
  it("is the starter's own error, when it crashed", () => {
    const run = alone("read");
    run.pass("alice", "before", "POST");
    run.pass("alice", "after", "POST");
    run.end("alice", "Error: no such account");
    run.synced();
    expect(run.failure).toMatch(/^StarterCrashed/);
    expect(run.failure).toContain("Its error: Error: no such account");
  });

  it("is a process that died, when that is why the starter crashed", () => {
    const run = alone("read");
    run.die(bank, "the socket was closed");
    run.end("alice", "Error: socket hang up");
    run.synced();
    expect(run.failure).toMatch(/^ProcessDied/);
    expect(run.failure).toContain("socket hang up");
  });

  it("is a service without an agent, with what was called and where agents are", () => {
    const run = alone("read");
    run.put({ type: "ended", actor: "alice", error: undefined, called: ["localhost:3000"] });
    run.synced({ agents: [bankAgent, shopAgent] });
    expect(run.failure).toMatch(/^NoAgent/);
    expect(run.failure).toContain("It called localhost:3000.");
    expect(run.failure).toContain("bank (pid 41, port 8080); shop (pid 42)");
  });

  it("is a hold elsewhere, when the awaited actor stands at another branch", () => {
    const run = new Conversation(["alice"], [at("alice", "before", "left"), at("alice", "after", "left")]);
    run.next();
    run.arrive("alice", "before", "left");
    expect(timeOut(run)).toMatch(/^HeldElsewhere.*It stands before left in bank \(pid 41\)/s);
  });

  it("is a frozen process, for certain when the actor calls its port", () => {
    const run = alone("read");
    const call = facts("POST", { kind: "client", peer: "127.0.0.1:8080" });
    run.put({ type: "passed", passed: passed("alice", "before", "", { span: call, agent: shop }) });
    const frozen: FrozenThread = { agent: bankAgent, by: "bob", place: "after write" };
    expect(timeOut(run, { frozen: [frozen] })).toMatch(/^Frozen.*frozen by bob, which is held after write/s);
    expect(run.failure).toContain("alice has called it");
  });

  it("is most likely a frozen process, when the actor is nowhere else", () => {
    const frozen: FrozenThread = { agent: bankAgent, by: "bob", place: "after write" };
    expect(timeOut(alone("read"), { frozen: [frozen] })).toMatch(/^Frozen.*most likely/s);
  });

  it("is time alone when nothing else is known, and names the threads that are busy", () => {
    const run = alone("read");
    run.pass("alice", "before", "POST");
    expect(timeOut(run, { silent: [shop] })).toMatch(/^StepTimedOut: alice did not reach alice\.after\("read"\)/);
    expect(run.failure).toContain("shop (pid 42) does not answer: its thread is busy.");
  });

  it("is the actor's end, when that is what is waited for", () => {
    const run = alone("read");
    run.arrive("alice", "after", "read");
    run.finish();
    expect(timeOut(run)).toContain("alice did not reach its end in time.");
  });

  it("is the obstacle that the agent told, when the span cannot be stopped there", () => {
    const run = alone("read");
    run.put({ type: "ungateable", actor: "alice", checkpoint: 0, reason: "The span got its name later." });
    expect(run.failure).toMatch(/^NotGateable.*The span got its name later\./s);
  });
});

it("shows of a long order only the neighbourhood of the step that failed", () => {
  const run = alone("s0", ...Array.from({ length: 30 }, (_, index) => `s${index + 1}`));
  run.skipTo(15);
  for (let index = 0; index <= 15; index += 1) run.arrive("alice", "after", `s${index}`);
  run.next();
  run.end("alice");
  run.synced();
  expect(run.failure).toContain('done  alice.after("s15")');
  expect(run.failure).toContain('here  alice.after("s16")');
  expect(run.failure).not.toContain('"s5"');
  expect(run.failure).not.toContain('"s25"');
});
