// What a run does when something breaks: it lets everything go, and tells the cause.
import { describe, expect, it } from "vitest";
import { inOrder } from "../../../src/core/departure.ts";
import { at, bank, shop } from "../../support/builders.ts";
import { Conversation } from "../../support/conversation.ts";

const alice = (name: string) => at("alice", "after", name);
const bob = (name: string) => at("bob", "after", name);

describe("when things break", () => {
  it("lets everything go before it tells the failure, and every later arrival at once", () => {
    const run = new Conversation(["alice", "bob"], alice("read"), bob("read"), alice("write"));
    run.next();
    run.arrive("alice", "after", "read");
    run.next();
    run.end("bob", "Error: refused");
    expect(run.synced()).toEqual(["release alice after read", "failed StarterCrashed"]);
    expect(run.arrive("alice", "after", "write")).toEqual(["pass alice after write"]);
    expect(run.end("alice")).toEqual(["ended alice"]);
  });

  it("lets everything go when the run is closed", () => {
    const run = new Conversation(["alice", "bob"], alice("read"), bob("read"));
    run.next();
    run.arrive("alice", "after", "read");
    expect(run.put({ type: "closed" })).toEqual(["release alice after read"]);
    expect(run.arrive("bob", "after", "read")).toEqual(["pass bob after read"]);
  });

  it("fails the step when a process dies in which an actor is held", () => {
    const run = new Conversation(["alice", "bob"], alice("read"), bob("read"), alice("write"));
    run.next();
    run.arrive("alice", "after", "read");
    run.next();
    expect(run.die()).toEqual(["withdrawn alice after read", "failed ProcessDied"]);
    expect(run.failure).toContain("The process bank (pid 41) died while alice was in it.");
  });

  it("fails the step also when that process ends in order, and not where nobody stands in it", () => {
    const run = new Conversation(["alice", "bob"], alice("read"), bob("read"), alice("write"));
    run.next();
    expect(run.put({ type: "detached", agent: shop, departure: inOrder(0) })).toEqual([]);
    run.arrive("alice", "after", "read");
    run.next();
    const ended = run.put({ type: "detached", agent: bank, departure: inOrder(0) });
    expect(ended).toEqual(["withdrawn alice after read", "failed ProcessDied"]);
    expect(run.failure).toContain("By itself: it ended with exit code 0.");
  });

  it("tells at the next request of a process that died while nobody waited", () => {
    const run = new Conversation(["alice", "bob"], alice("read"), bob("read"));
    run.next();
    run.arrive("alice", "after", "read");
    expect(run.die()).toEqual(["withdrawn alice after read"]);
    expect(run.next()).toEqual(["failed ProcessDied"]);
  });

  it("goes on when a process leaves in order", () => {
    const run = new Conversation(["alice"], alice("read"));
    run.next();
    run.pass("alice", "before", "POST");
    expect(run.put({ type: "detached", agent: bank, departure: inOrder(0) })).toEqual([]);
  });

  it("drops a hold whose flow is gone", () => {
    const run = new Conversation(["alice", "bob"], alice("read"), bob("read"));
    run.next();
    const held = run.arrival("alice", "after", "read");
    run.put({ type: "arrived", arrival: held });
    expect(run.put({ type: "withdrawn", agent: bank, id: held.id, reason: "aborted" })).toEqual([
      "withdrawn alice after read",
    ]);
    run.end("alice", "Error: aborted");
    expect(run.next()).toEqual(["turn, watched", "sync"]);
    expect(run.synced()).toEqual(["begin bob", "turn"]);
  });

  it("voids the diagnosis of a timeout when the step comes after all", () => {
    const run = new Conversation(["alice", "bob"], alice("read"), bob("read"));
    run.next();
    expect(run.put({ type: "expired" })).toEqual(["sync"]);
    expect(run.arrive("alice", "after", "read")).toEqual(["held alice after read", "answer 0"]);
    expect(run.synced()).toEqual([]);
    expect(run.next()).toContain("release alice after read");
  });

  it("fails at once when the awaited span cannot be stopped there, and not for one that may legally not come", () => {
    const run = new Conversation(["alice"], at("alice", "before", "read", { ifReached: true }), alice("read"));
    run.next();
    expect(run.put({ type: "ungateable", actor: "alice", checkpoint: 0, reason: "named later" })).toEqual([]);
    run.put({ type: "stalled" });
    run.synced();
    run.next();
    expect(run.put({ type: "ungateable", actor: "alice", checkpoint: 1, reason: "named later" })).toEqual([
      "failed NotGateable",
    ]);
  });

  it("concludes about an actor that ends while its time-out is diagnosed", () => {
    const run = new Conversation(["alice"], alice("read"));
    run.next();
    run.pass("alice", "before", "POST");
    run.pass("alice", "after", "POST");
    expect(run.put({ type: "expired" })).toEqual(["sync"]);
    expect(run.end("alice", "Error: refused")).toEqual(["ended alice"]);
    expect(run.synced()).toEqual(["sync"]);
    expect(run.synced()).toEqual(["failed StarterCrashed"]);
  });

  it("gives up what may never come when its actor ends while a time-out is diagnosed", () => {
    const run = new Conversation(["alice"], at("alice", "after", "read", { ifReached: true }), at("alice", "finished"));
    run.next();
    run.pass("alice", "before", "POST");
    run.pass("alice", "after", "POST");
    run.put({ type: "expired" });
    run.end("alice");
    run.synced();
    expect(run.synced()).toEqual(["answer not 0"]);
  });

  it("waits for no open span of an agent that had to drop what passed", () => {
    const run = new Conversation(["alice"], alice("read"));
    run.next();
    run.pass("alice", "before", "POST");
    expect(run.runsOut("alice")).toEqual(["ended alice"]);
    expect(run.put({ type: "untold", agent: bank })).toEqual(["sync"]);
    expect(run.synced()).toEqual(["failed CheckpointNotReached"]);
  });

  it("tells a process's death from an error at the end, whichever is heard of first", () => {
    for (const first of ["end", "die"] as const) {
      const run = new Conversation(["alice"], alice("read"));
      run.next();
      run.arrive("alice", "after", "read");
      run.next();
      run.pass("alice", "before", "write");
      if (first === "end") run.end("alice", "Error: closed");
      run.die();
      expect(run.failure).toContain("The process bank (pid 41) died");
    }
  });

  it("leaves an error at the end to the starter when every process lives", () => {
    const run = new Conversation(["alice"], alice("read"));
    run.next();
    run.arrive("alice", "after", "read");
    run.next();
    run.end("alice", "Error: refused");
    expect(run.synced()).toContain("sync");
    expect(run.synced()).toEqual(["answer the end"]);
  });
});
