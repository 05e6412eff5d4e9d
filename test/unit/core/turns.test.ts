// One conversation a rule. What holds for every timing is in turns.property.test.ts.
import { describe, expect, it } from "vitest";
import { at, bank } from "../../support/builders.ts";
import { Conversation } from "../../support/conversation.ts";

const alice = (name: string) => at("alice", "after", name);
const bob = (name: string) => at("bob", "after", name);

describe("turns", () => {
  it("holds the first actor until the second one has reached its place, then lets both go, one after the other", () => {
    const run = new Conversation(["alice", "bob"], alice("read"), bob("read"));
    expect(run.next()).toEqual(["begin alice", "turn"]);
    expect(run.arrive("alice", "after", "read")).toEqual(["held alice after read", "answer 0"]);
    expect(run.next()).toEqual(["drained alice", "release alice after read", "turn, watched"]);
    expect(run.runsOut("alice")).toEqual(["ended alice", "begin bob", "turn"]);
    expect(run.arrive("bob", "after", "read")).toEqual(["held bob after read", "answer 1"]);
    expect(run.next()).toEqual(["release bob after read", "turn, watched"]);
    expect(run.runsOut("bob")).toEqual(["ended bob", "answer the end"]);
  });

  it("keeps an actor standing while another has its turn, as long as more of it is listed (R1)", () => {
    const run = new Conversation(["alice", "bob"], alice("read"), bob("read"), alice("write"));
    run.next();
    run.arrive("alice", "after", "read");
    expect(run.next()).toEqual(["begin bob", "turn"]);
    run.arrive("bob", "after", "read");
    expect(run.next()).toEqual(["drained bob", "release bob after read", "turn, watched"]);
    expect(run.runsOut("bob")).toEqual(["ended bob", "release alice after read", "turn"]);
  });

  it("keeps a starter at its start until its next turn (R2)", () => {
    const run = new Conversation(["alice"], at("alice", "started"), alice("read"));
    expect(run.next()).toEqual(["answer 0"]);
    expect(run.next()).toEqual(["begin alice", "turn"]);
  });

  it("lets an actor run on when started is listed together with more of it", () => {
    const run = new Conversation(["alice"], [at("alice", "started"), alice("read")]);
    expect(run.next()).toEqual(["begin alice", "turn"]);
    expect(run.arrive("alice", "after", "read")).toEqual(["held alice after read", "answer 0 + 1"]);
  });

  it("keeps an actor after its last span where its end is listed later (R3)", () => {
    const run = new Conversation(["alice", "bob"], alice("read"), at("bob", "finished"), at("alice", "finished"));
    run.next();
    run.arrive("alice", "after", "read");
    expect(run.next()).toEqual(["begin bob", "turn, watched"]);
    expect(run.runsOut("bob")).toEqual(["ended bob", "answer 1"]);
    expect(run.next()).toEqual(["release alice after read", "turn, watched"]);
    expect(run.runsOut("alice")).toEqual(["ended alice", "answer 2"]);
  });

  it("lets spans pass that nothing asks for, and spans of nobody (R4)", () => {
    const run = new Conversation(["alice"], alice("read"));
    run.next();
    expect(run.arrive("alice", "before", "read")).toEqual(["pass alice before read"]);
    expect(run.arrive("mallory", "after", "read")).toEqual(["pass mallory after read"]);
  });

  it("takes the same span listed twice for two occurrences (R5)", () => {
    const run = new Conversation(["alice"], alice("read"), alice("read"));
    run.next();
    expect(run.arrive("alice", "after", "read")).toContain("answer 0");
    run.next();
    expect(run.arrive("alice", "after", "read")).toContain("answer 1");
  });

  it("counts nth from the actor's start (R5)", () => {
    const run = new Conversation(["alice"], alice("begin"), at("alice", "after", "read", { nth: 3 }));
    run.next();
    expect(run.arrive("alice", "after", "read")).toEqual(["pass alice after read"]);
    run.arrive("alice", "after", "begin");
    run.next();
    expect(run.arrive("alice", "after", "read")).toEqual(["pass alice after read"]);
    expect(run.arrive("alice", "after", "read")).toEqual(["held alice after read", "answer 1"]);
  });

  it("arms only the next checkpoint of an actor, and tells what it passed before its place (R6)", () => {
    const run = new Conversation(["alice"], alice("read"), alice("write"));
    run.next();
    expect(run.arrive("alice", "after", "write")).toEqual(["pass alice after write"]);
    expect(run.end("alice")).toEqual(["ended alice", "sync"]);
    expect(run.synced()).toEqual(["failed CheckpointNotReached"]);
    expect(run.failure).toContain(
      'It passed the later listed alice.after("write") before its place: after write in bank (pid 41).',
    );
  });

  it("fails a run in which nothing was ever held (R7)", () => {
    const run = new Conversation(["alice"], at("alice", "after", "read", { ifReached: true }));
    run.finish();
    run.end("alice");
    run.synced();
    expect(run.failure).toMatch(/^NothingHeld/);
    expect(run.failure).not.toContain("no agent");
  });

  it("lets several branches stand, and releases the one that the order names (R12)", () => {
    const run = new Conversation(
      ["alice"],
      at("alice", "before", "left"),
      at("alice", "before", "right"),
      at("alice", "after", "right"),
    );
    run.next();
    run.arrive("alice", "before", "left");
    run.arrive("alice", "before", "right");
    run.next();
    expect(run.next()).toEqual(["release alice before right", "turn"]);
    expect(run.arrive("alice", "after", "right")).toEqual(["held alice after right", "answer 2"]);
    expect(run.next()).toEqual(["release alice before left", "release alice after right", "turn, watched"]);
  });

  it("holds a branch that comes before its turn until its own step was returned (R12)", () => {
    const run = new Conversation(["alice"], at("alice", "before", "left"), at("alice", "before", "right"));
    run.next();
    run.arrive("alice", "before", "left");
    expect(run.arrive("alice", "before", "right")).toEqual(["held alice before right"]);
    expect(run.next()).toEqual(["answer 1"]);
    expect(run.next()).toContain("release alice before right");
  });

  it("keeps a branch at its place while another of the same step is awaited", () => {
    const both = [at("alice", "before", "right"), at("alice", "before", "far")];
    const run = new Conversation(["alice"], at("alice", "before", "left"), both);
    run.next();
    run.arrive("alice", "before", "left");
    run.arrive("alice", "before", "right");
    expect(run.next()).toEqual(["release alice before left", "turn"]);
  });
});

describe("together", () => {
  it("lets its actors run at once, and returns when both are there, whoever came first", () => {
    const run = new Conversation(["alice", "bob"], [alice("read"), bob("read")]);
    expect(run.next()).toEqual(["begin alice", "begin bob", "turn"]);
    expect(run.arrive("bob", "after", "read")).toEqual(["held bob after read"]);
    expect(run.arrive("alice", "after", "read")).toEqual(["held alice after read", "answer 0 + 1"]);
  });

  it("gives up an ifReached part when it makes no progress while the rest stands", () => {
    const run = new Conversation(["alice", "bob"], [alice("read"), at("bob", "after", "read", { ifReached: true })]);
    expect(run.next()).toContain("turn, watched");
    expect(run.put({ type: "stalled" })).toEqual([]);
    run.arrive("alice", "after", "read");
    expect(run.put({ type: "stalled" })).toEqual(["sync"]);
    expect(run.synced()).toEqual(["stalled bob", "answer 0 + not 1"]);
  });

  it("gives nothing up when the actor moves while the agents are asked why it did not", () => {
    const run = new Conversation(["alice"], at("alice", "after", "read", { ifReached: true }));
    run.next();
    run.put({ type: "stalled" });
    run.pass("alice", "before", "POST");
    expect(run.synced()).toEqual([]);
    expect(run.arrive("alice", "after", "read")).toEqual(["held alice after read", "answer 0"]);
  });

  it("gives nothing up that waits for a process which another actor's hold has stopped", () => {
    const run = new Conversation(
      ["alice", "bob"],
      alice("read"),
      at("bob", "after", "read", { ifReached: true }),
      at("alice", "finished"),
    );
    run.next();
    run.arrive("alice", "after", "read");
    run.next();
    run.put({ type: "stalled" });
    const frozen = [{ agent: { ...bank, ports: [80] }, by: "alice", place: "after read" }];
    expect(run.synced({ frozen })).toContain("failed Frozen");
  });

  it("waits for what an actor told before its end, though another one ended before it", () => {
    const run = new Conversation(["alice", "bob"], [at("alice", "after", "x", { ifReached: true }), bob("read")]);
    run.next();
    expect(run.end("alice")).toEqual(["ended alice", "sync"]);
    run.end("bob");
    expect(run.synced()).toEqual(["sync"]);
    expect(run.arrive("bob", "after", "read")).toEqual(["held bob after read", "answer not 0 + 1"]);
  });
});

describe("ifReached", () => {
  const optional = at("alice", "after", "retry", { ifReached: true });

  it("says that the checkpoint was not reached when its actor has ended and all agents have told all", () => {
    const run = new Conversation(["alice", "bob"], optional, bob("read"));
    run.next();
    expect(run.end("alice")).toEqual(["ended alice", "sync"]);
    expect(run.synced()).toEqual(["answer not 0"]);
  });

  it("does not conclude while a span of the actor is open", () => {
    const run = new Conversation(["alice", "bob"], optional, bob("read"));
    run.next();
    run.pass("alice", "before", "POST");
    expect(run.runsOut("alice")).toEqual(["ended alice"]);
    expect(run.pass("alice", "after", "POST")).toEqual(["sync"]);
  });

  it("still reaches the actor's end, when that is listed after it", () => {
    const run = new Conversation(["alice"], optional, at("alice", "finished"));
    run.next();
    run.end("alice");
    expect(run.synced()).toEqual(["answer not 0"]);
    expect(run.next()).toEqual(["answer 1"]);
  });
});

describe("requests", () => {
  it("skipTo goes through everything before its checkpoint, in order, without a stop", () => {
    const run = new Conversation(["alice", "bob"], alice("read"), bob("read"), alice("write"));
    expect(run.skipTo(2)).toEqual(["begin alice", "turn"]);
    expect(run.arrive("alice", "after", "read")).toEqual(["held alice after read", "begin bob", "turn"]);
    run.arrive("bob", "after", "read");
    expect(run.runsOut("bob")).toContain("release alice after read");
    expect(run.arrive("alice", "after", "write")).toEqual(["held alice after write", "answer 2"]);
  });

  it("finish begins who has not begun, one after the other, and answers when all have ended", () => {
    const run = new Conversation(["alice", "bob", "carol"], alice("read"));
    run.finish();
    run.arrive("alice", "after", "read");
    expect(run.runsOut("alice")).toEqual(["ended alice", "begin bob", "turn, watched"]);
    expect(run.runsOut("bob")).toEqual(["ended bob", "begin carol", "turn, watched"]);
    expect(run.runsOut("carol")).toEqual(["ended carol", "answer the end"]);
  });
});

describe("an actor that makes no progress (R11)", () => {
  it("shares its turn with the next one when it only has to reach its end, and the interleaving says so", () => {
    const run = new Conversation(["alice", "bob"], alice("read"), bob("read"));
    run.next();
    run.arrive("alice", "after", "read");
    run.next();
    expect(run.put({ type: "stalled" })).toEqual(["stalled alice", "begin bob", "turn"]);
  });

  it("is waited for again as soon as it moves", () => {
    const run = new Conversation(["alice", "bob"], alice("read"), bob("read"));
    run.next();
    run.arrive("alice", "after", "read");
    run.next();
    run.put({ type: "stalled" });
    run.arrive("bob", "after", "read");
    run.pass("alice", "before", "write");
    expect(run.next()).toEqual(["turn, watched"]);
    run.pass("alice", "after", "write");
    expect(run.runsOut("alice")).toEqual(["ended alice", "release bob after read", "turn, watched"]);
  });

  it("fails the step when one of the order's checkpoints is waited for", () => {
    const run = new Conversation(["alice"], alice("read"));
    expect(run.next()).toEqual(["begin alice", "turn"]);
    expect(run.put({ type: "stalled" })).toEqual([]);
    expect(run.put({ type: "expired" })).toEqual(["sync"]);
    expect(run.synced()).toEqual(["failed NoAgent"]);
  });
});
