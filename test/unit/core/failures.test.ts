// Each failure names its facts. The texts are for people: these tests ask for the facts, not for the wording.

import { describe, expect, it } from "vitest";
import type { Arrival } from "../../../src/core/model.ts";
import type { AttachedAgent, FrozenThread } from "../../../src/core/surroundings.ts";

import { at, bank, type Draft, facts, passed, shop, spanMatch } from "../../support/builders.ts";
import { Conversation } from "../../support/conversation.ts";

const bankAgent: AttachedAgent = { ...bank, ports: [8_080] };
const shopAgent: AttachedAgent = { ...shop, ports: [] };

function alone(name: string, ...more: readonly string[]): Conversation {
  const run = new Conversation(["alice", "bob"], ...[name, ...more].map((it) => at("alice", "after", it)));
  run.next();
  return run;
}

/** Bob's turn, while alice stands after her "read". */
function behindAlice(asked: Partial<Draft> = {}, arrival: Partial<Arrival> = {}): Conversation {
  const order = [at("alice", "after", "read", asked), at("bob", "after", "read"), at("alice", "finished")];
  const run = new Conversation(["alice", "bob"], ...order);
  run.next();
  run.arrive("alice", "after", "read", arrival);
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

  it("tells which calls failed, and lets nobody mend a name for it", () => {
    const run = alone("pg.query:UPDATE bank");
    const failed = { attributes: { "error.type": "ECONNREFUSED" } };
    run.pass("alice", "after", "pg.connect", { span: facts("pg.connect", failed) });
    run.pass("alice", "after", "POST", { span: facts("POST", { attributes: { "http.response.status_code": 500 } }) });
    run.end("alice");
    run.synced();
    expect(run.failure).toMatch(/pg\.connect +internal bank +\(failed: ECONNREFUSED\)/);
    expect(run.failure).toMatch(/POST +internal bank +\(failed: 500\)/);
    expect(run.failure).toContain("Mend what failed.");
    expect(run.failure).not.toContain("ifReached");
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

  it.each<[string, (run: Conversation) => unknown]>([
    ["only another actor passed a span of the very name", (run) => run.pass("bob", "after", "read")],
    [
      "the actor is still in that call",
      (run) => run.pass("alice", "before", "", { span: facts("read", { kind: "client" }) }),
    ],
    ["the actor passed the later listed one before its place", (run) => run.arrive("alice", "before", "read")],
  ])("blames neither phase nor kind where %s", (_, come) => {
    const run = new Conversation(["alice", "bob"], at("alice", "after", "read"), at("alice", "before", "read"));
    run.next();
    run.pass("alice", "before", "POST");
    come(run);
    expect(timeOut(run)).toMatch(/^StepTimedOut/);
    expect(run.failure).not.toContain("whose name fits");
    expect(run.failure).not.toContain("Nearest name");
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
    expect(run.failure).not.toContain("plugin");
  });

  it("is a service without an agent also where every checkpoint might not come", () => {
    const run = new Conversation(["alice"], at("alice", "after", "read", { ifReached: true }));
    run.finish();
    run.put({ type: "ended", actor: "alice", error: undefined, called: ["localhost:3000"] });
    run.synced();
    expect(run.failure).toMatch(/^NothingHeld.*alice called localhost:3000, and no agent has seen it there\./s);
    expect(run.failure).toContain("Start the service with gateway.service()");
  });

  it("is a test that imports its application without an agent in its own process, where there is none at all", () => {
    const run = alone("read");
    run.put({ type: "ended", actor: "alice", error: undefined, called: ["localhost:3000"] });
    run.synced();
    expect(run.failure).toMatch(/^NoAgent.*Agents are attached in: no process\./s);
    expect(run.failure).toContain("If this file imports its application");
    expect(run.failure).toContain("add the plugin of spangate/vitest/config");
  });

  it("is an agent that made no span of the call, where it listens", () => {
    const run = alone("read");
    run.put({ type: "ended", actor: "alice", error: undefined, called: ["localhost:8080"] });
    run.synced({ agents: [bankAgent, shopAgent] });
    expect(run.failure).toMatch(/^NoAgent.*bank \(pid 41\) listens where it called and made no span of the call/s);
    expect(run.failure).toContain("HttpInstrumentation of @opentelemetry/instrumentation-http");
    expect(run.failure).not.toContain("shop (pid 42) listens");
  });

  it("is a flow that never began, with the root spans that did, once a name, and the nearest", () => {
    const run = Conversation.adopting("job", spanMatch("nightly *"), at("job", "finished"));
    run.next();
    for (const name of ["nightly", "GET", "nightly"])
      run.put({ type: "unclaimed", root: passed("job", "before", name) });
    expect(timeOut(run)).toMatch(
      /^NeverBegan.*Root spans of nobody that began meanwhile:\n +nightly +internal bank\n +GET/s,
    );
    expect(run.failure.match(/^ *nightly /gm)).toHaveLength(1);
    expect(run.failure).toContain('Nearest name: "nightly" (in bank).');
  });

  it("is a flow that never began, with the span that only has the name", () => {
    const adopts = spanMatch("nightly", { kind: "consumer" });
    const run = Conversation.adopting("job", adopts, at("job", "finished"));
    run.next();
    run.put({ type: "unclaimed", root: passed("job", "before", "nightly") });
    expect(timeOut(run)).toContain('The name of "nightly" fits: look at the service, kind and attributes');
    const silence = Conversation.adopting("job", adopts, at("job", "finished"));
    silence.next();
    expect(timeOut(silence)).toContain("No other root span of nobody began either");
  });

  it("is a flow that never began, also where its turn has come, told as the test wrote it", () => {
    const adopts = spanMatch("nightly", { service: "tickets" });
    const run = Conversation.adopting("job", adopts, at("job", "started"), at("job", "finished"));
    run.next();
    run.next();
    expect(timeOut(run)).toContain(
      'job was not found: no root span like adopt("job", { span: "nightly", service: "tickets" }) was',
    );
    expect(run.failure).toContain("job.started says only that its turn has come");
    expect(run.failure).toContain("done  job.started");
    const waiting = Conversation.adopting("job", adopts, at("job", "finished"));
    waiting.next();
    expect(timeOut(waiting)).not.toContain("job.started");
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

  it.each([
    ["instrumented call", "@opentelemetry/instrumentation-pg", undefined, /\{ hold: "flow" \}\.$/m],
    ["span of the application", "bank", undefined, /\{ hold: "flow" \}\. That can hold "read" if it is/],
    ["checkpoint that asks for it", "bank", "thread", /take \{ hold: "thread" \} from alice\.after\("read"/],
  ] as const)("is a frozen process, with a flow hold as the way out for an %s", (_, scope, hold, told) => {
    const run = behindAlice({ hold }, { span: facts("read", { scope }), mode: "thread" });
    const frozen: FrozenThread = { agent: bankAgent, by: "alice", place: "after read" };
    expect(timeOut(run, { frozen: [frozen] })).toMatch(/^Frozen/);
    expect(run.failure).toContain("Hold only alice's flow there");
    expect(run.failure).toMatch(told);
  });

  it("is a call that has begun and not ended: a pool's, whose connection a held actor may have", () => {
    const run = behindAlice();
    run.pass("bob", "before", "GET", { span: facts("GET", { kind: "server" }) });
    const connect = facts("pg-pool.connect", { kind: "client", parentSpanId: "GET" });
    run.pass("bob", "before", "", { span: connect });
    expect(timeOut(run)).toMatch(/^StepTimedOut.*It is in pg-pool\.connect of bank \(pid 41\), a call that has begun/s);
    expect(run.failure).toContain("alice, held after read in the same process, keeps what it has, maybe the last one");
    expect(run.failure).not.toContain("It is in GET");
  });

  it.each([
    ["a query, which may wait for a lock of repaired code: ifReached() is the way out", "pg", true],
    ["a request, which waits for no lock", "http", false],
  ])("is a call that has begun and not ended: %s", (_, name, told) => {
    const scope = `@opentelemetry/instrumentation-${name}`;
    const run = behindAlice();
    run.pass("bob", "before", "", { span: facts("read", { kind: "client", scope }) });
    expect(timeOut(run)).toContain("It is in read of bank");
    expect(run.failure.includes('the checkpoint may not come: bob.after("read").ifReached().')).toBe(told);
  });

  it("names no pool where the actor waits for something else", () => {
    const run = behindAlice();
    run.pass("bob", "before", "", { span: facts("pg.query:UPDATE bank", { kind: "client" }) });
    expect(timeOut(run)).toContain("It is in pg.query:UPDATE bank of bank (pid 41)");
    expect(run.failure).not.toContain("pool");
  });

  it("is time alone when nothing else is known, and names the threads that are busy", () => {
    const run = alone("read");
    run.pass("alice", "before", "POST");
    expect(timeOut(run, { silent: [shop] })).toMatch(/^StepTimedOut: alice did not reach alice\.after\("read"\)/);
    expect(run.failure).toContain(
      "shop (pid 42) does not answer: its thread is busy, or the link to its machine is cut.",
    );
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
