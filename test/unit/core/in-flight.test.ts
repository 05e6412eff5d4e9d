// What an actor has left in queues belongs to it: nothing is concluded, and nobody else moves, while that lives.
import { describe, expect, it } from "vitest";
import { at, bank, facts, shop } from "../../support/builders.ts";
import { Conversation } from "../../support/conversation.ts";

const publish = { span: facts("publish", { kind: "producer" as const }), agent: shop };
const process = facts("process", { kind: "consumer", parentSpanId: "publish" });

/** An actor publishes, and its action ends. */
function publishes(run: Conversation, actor = "alice"): readonly string[] {
  run.pass(actor, "before", "publish", publish);
  run.pass(actor, "after", "publish", publish);
  return run.end(actor);
}

describe("a message that nobody has taken yet", () => {
  it("keeps its actor from being past: what comes in the consumer is still reached", () => {
    const run = new Conversation(["alice"], at("alice", "before", "process"));
    run.next();
    expect(publishes(run)).toEqual(["ended alice"]);
    expect(run.arrive("alice", "before", "process", { span: process })).toEqual([
      "held alice before process",
      "answer 0",
    ]);
  });

  it("is no longer in flight when the consumer's agent told first", () => {
    const run = new Conversation(["alice"], at("alice", "before", "ghost"));
    run.next();
    run.pass("alice", "before", "process", { span: process });
    run.pass("alice", "after", "process", { span: process });
    expect(publishes(run)).toContain("sync");
    expect(run.synced()).toEqual(["failed CheckpointNotReached"]);
  });

  it("is named when the step's time is over", () => {
    const run = new Conversation(["alice"], at("alice", "before", "process"));
    run.next();
    publishes(run);
    run.put({ type: "expired" });
    expect(run.synced()).toEqual(["failed StepTimedOut"]);
    expect(run.failure).toContain('Its message "publish" from shop was seen by no agent to be taken');
  });

  it("is not waited for where its consumers' spans are never children of it", () => {
    const run = new Conversation(["alice"], at("alice", "before", "process"));
    run.next();
    const scope = "@opentelemetry/instrumentation-socket.io";
    run.pass("alice", "before", "emit", { span: facts("emit", { kind: "producer", scope }) });
    run.pass("alice", "after", "emit", { span: facts("emit", { kind: "producer", scope }) });
    expect(run.end("alice")).toContain("sync");
  });

  it("gives up what may never come when it makes no progress", () => {
    const run = new Conversation(["alice"], at("alice", "before", "process", { ifReached: true }));
    expect(run.next()).toEqual(["begin alice", "turn, watched"]);
    publishes(run);
    expect(run.put({ type: "stalled" })).toEqual(["sync"]);
    expect(run.synced()).toEqual(["stalled alice", "answer not 0"]);
  });
});

describe("an actor whose action has ended while a consumer has its message", () => {
  it("moves alone: the next one has its turn when the consumer has ended (R1, R3)", () => {
    const run = new Conversation(["alice", "bob"], at("alice", "before", "process"), at("bob", "before", "process"));
    run.next();
    publishes(run);
    run.arrive("alice", "before", "process", { span: process });
    expect(run.next()).toEqual(["drained alice", "release alice before process", "turn, watched", "sync"]);
    expect(run.synced()).toEqual([]);
    expect(run.pass("alice", "after", "process", { span: process })).toEqual(["sync"]);
    expect(run.synced()).toEqual(["begin bob", "turn"]);
  });

  it("stands at its gates in the consumer like anywhere else", () => {
    const run = new Conversation(["alice", "bob"], at("alice", "before", "process"), at("bob", "after", "read"), [
      at("alice", "after", "process"),
    ]);
    run.next();
    publishes(run);
    run.arrive("alice", "before", "process", { span: process });
    expect(run.next()).toEqual(["begin bob", "turn"]);
    run.arrive("bob", "after", "read");
    expect(run.next()).toEqual(["drained bob", "release bob after read", "turn, watched"]);
    expect(run.runsOut("bob")).toEqual(["ended bob", "release alice before process", "turn"]);
    expect(run.arrive("alice", "after", "process", { span: process })).toContain("answer 2");
  });

  it("has finished when the consumer has ended too", () => {
    const run = new Conversation(["alice"], at("alice", "before", "process"), at("alice", "finished"));
    run.next();
    run.pass("alice", "before", "publish", publish);
    run.arrive("alice", "before", "process", { span: process });
    run.pass("alice", "after", "publish", publish);
    expect(run.end("alice")).toEqual(["ended alice"]);
    expect(run.next()).toEqual(["release alice before process", "turn, watched", "sync"]);
    expect(run.synced()).toEqual([]);
    expect(run.pass("alice", "after", "process", { span: process })).toEqual(["sync"]);
    expect(run.synced()).toEqual(["answer 1"]);
  });

  it("has finished with its last hold where that stands behind the consumer", () => {
    const run = new Conversation(["alice"], at("alice", "after", "process"), at("alice", "finished"));
    run.next();
    publishes(run);
    run.pass("alice", "before", "process", { span: process });
    run.arrive("alice", "after", "process", { span: process });
    expect(run.next()).toEqual(["release alice after process", "turn, watched", "sync"]);
    expect(run.synced()).toEqual(["answer 1"]);
  });

  it("has finished, and is told to stand still, when its message makes no progress", () => {
    const run = new Conversation(["alice"], at("alice", "finished"));
    expect(run.next()).toEqual(["begin alice", "turn, watched"]);
    expect(run.put({ type: "stalled" })).toEqual([]);
    expect(publishes(run)).toEqual(["ended alice"]);
    expect(run.put({ type: "stalled" })).toEqual(["stalled alice", "answer 0"]);
  });

  it("is awaited by finish", () => {
    const run = new Conversation(["alice"], at("alice", "before", "process"));
    run.next();
    publishes(run);
    run.arrive("alice", "before", "process", { span: process });
    expect(run.finish()).toEqual(["release alice before process", "turn, watched", "sync"]);
    expect(run.synced()).toEqual([]);
    expect(run.pass("alice", "after", "process", { span: process })).toEqual(["sync"]);
    expect(run.synced()).toEqual(["answer the end"]);
  });

  it("is lost with the consumer's process, and the run fails with that", () => {
    const run = new Conversation(["alice"], at("alice", "before", "ghost"));
    run.next();
    publishes(run);
    run.pass("alice", "before", "process", { span: process });
    expect(run.die(bank)).toEqual(["failed ProcessDied"]);
    expect(run.failure).toContain("died while alice was in it");
  });
});

describe("a span that never ends", () => {
  it("keeps its actor neither from its end nor from being past", () => {
    const run = new Conversation(["alice"], at("alice", "finished"), at("alice", "before", "ghost"));
    run.next();
    run.pass("alice", "before", "cursor", { span: facts("cursor", { endless: true }) });
    expect(run.end("alice")).toEqual(["ended alice", "sync"]);
    expect(run.synced()).toEqual(["answer 0"]);
    run.next();
    expect(run.synced()).toEqual(["failed CheckpointNotReached"]);
  });
});

describe("an actor that goes on behind the end of its action", () => {
  function standsBehind(...order: Parameters<typeof at>[]): Conversation {
    const run = new Conversation(["alice", "bob"], ...order.map((args) => at(...args)));
    run.next();
    run.pass("alice", "before", "POST", { span: facts("POST", { kind: "server" as const }) });
    run.arrive("alice", "before", "update");
    run.end("alice");
    return run;
  }

  it("has finished when its agents have told all, and nothing is open but what its client has waited for", () => {
    const run = standsBehind(["alice", "before", "update"], ["alice", "finished"]);
    expect(run.next()).toEqual(["release alice before update", "turn, watched", "sync"]);
    expect(run.synced()).toEqual([]);
    expect(run.pass("alice", "after", "update")).toEqual(["sync"]);
    expect(run.pass("alice", "before", "audit")).toEqual([]);
    expect(run.synced()).toEqual([]);
    expect(run.pass("alice", "after", "audit")).toEqual(["sync"]);
    expect(run.synced()).toEqual(["answer 1"]);
  });

  it("moves alone until then (R1, R3)", () => {
    const run = standsBehind(["alice", "before", "update"], ["bob", "before", "read"]);
    expect(run.next()).toEqual(["drained alice", "release alice before update", "turn, watched", "sync"]);
    expect(run.synced()).toEqual([]);
    expect(run.pass("alice", "after", "update")).toEqual(["sync"]);
    expect(run.synced()).toEqual(["begin bob", "turn"]);
  });

  it("is awaited by finish", () => {
    const run = standsBehind(["alice", "before", "update"]);
    expect(run.finish()).toEqual(["release alice before update", "turn, watched", "sync"]);
    expect(run.synced()).toEqual([]);
    expect(run.pass("alice", "after", "update")).toEqual(["sync"]);
    expect(run.synced()).toEqual(["begin bob", "turn, watched"]);
    expect(run.runsOut("bob")).toEqual(["ended bob", "answer the end"]);
  });

  it("stands still for others when it makes no progress", () => {
    const run = standsBehind(["alice", "before", "update"], ["alice", "finished"]);
    run.next();
    expect(run.put({ type: "stalled" })).toEqual(["stalled alice", "answer 1"]);
  });

  const of = (parentSpanId: string, kind: "client" | "server") => ({
    span: facts(`${kind} of ${parentSpanId}`, { kind, parentSpanId, scope: "@opentelemetry/instrumentation-http" }),
  });

  it("has not finished while a call goes on that its answered request has left behind", () => {
    const run = new Conversation(["alice"], at("alice", "finished"));
    const [entry, call, served] = [of("", "server"), of("server of ", "client"), of("client of server of ", "server")];
    run.next();
    run.pass("alice", "before", "POST", entry);
    run.pass("alice", "before", "GET", call);
    run.pass("alice", "after", "POST", entry);
    expect(run.end("alice")).toEqual(["ended alice", "sync"]);
    expect(run.synced()).toEqual([]);
    run.pass("alice", "before", "GET", served);
    expect(run.synced()).toEqual([]);
    // Whoever made the call may never read its answer.
    run.pass("alice", "after", "GET", served);
    expect(run.synced()).toEqual(["answer 0"]);
  });

  it("has finished while a server's span is open under a request that waits for it", () => {
    const run = new Conversation(["alice"], at("alice", "finished"));
    run.next();
    run.pass("alice", "before", "POST", of("", "server"));
    run.pass("alice", "before", "GET", of("server of ", "client"));
    run.pass("alice", "before", "GET", of("client of server of ", "server"));
    run.end("alice");
    expect(run.synced()).toEqual(["answer 0"]);
  });

  it("is not waited for any more when it has taken longer than a step may, whatever it does", () => {
    const run = new Conversation(["alice", "bob"], at("alice", "started"), at("bob", "finished"));
    run.next();
    run.next();
    run.pass("alice", "before", "poll");
    run.end("alice");
    run.synced();
    expect(run.put({ type: "expired" })).toEqual(["stalled alice", "begin bob", "turn, watched"]);
    run.pass("alice", "after", "poll");
    run.pass("alice", "before", "poll");
    expect(run.runsOut("bob")).toEqual(["ended bob", "answer 1"]);
    expect(run.finish()).toEqual(["answer the end"]);
  });

  it("has not finished with an action of which no agent has told anything yet", () => {
    const run = new Conversation(["alice"], at("alice", "finished"));
    run.next();
    expect(run.end("alice")).toEqual(["ended alice", "sync"]);
    run.pass("alice", "before", "update");
    expect(run.synced()).toEqual([]);
    run.pass("alice", "after", "update");
    expect(run.synced()).toEqual(["answer 0"]);
  });
});
