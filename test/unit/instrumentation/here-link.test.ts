// The link within one process: what belongs to whom, and that nothing waits for a coordinator that is gone.
import { describe, expect, it } from "vitest";
import type { LinkEvent } from "../../../instrumentation/link/agent-link.ts";
import { HereLink } from "../../../instrumentation/link/here-link.ts";
import type { DiscoveryRequest } from "../../../src/core/discovery.ts";
import type { ActorRules } from "../../../src/core/model.ts";
import type { AgentCommand } from "../../../src/wire/here.ts";
import { rulesToWire } from "../../../src/wire/spans.ts";
import { spanMatch } from "../../support/builders.ts";

const hello = { $case: "goodbye", value: { exitCode: 0 } } as const;
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

function rulesOf(runId: string, service?: string): readonly ActorRules[] {
  const rule = { checkpoint: 0, phase: "before", span: { ...spanMatch("held"), service }, hold: undefined } as const;
  return [{ runId, actor: "alice", traceId: `trace of ${runId}`, rules: [rule] }];
}

function arrival(runId: string): (id: number) => readonly LinkEvent[] {
  const facts = { actor: "alice", phase: 1, checkpoints: [0], span: undefined, mode: 2, traceId: "" };
  return (id) => [{ $case: "arrived", value: { id, runId, ...facts } }];
}

class LinkUnderTest {
  rules: readonly ActorRules[] = [];
  discovery: DiscoveryRequest | undefined;
  readonly released: number[] = [];
  readonly link = new HereLink({
    onRules: (actors, discovery) => {
      this.rules = actors;
      this.discovery = discovery;
    },
    onSync: () => {
      this.link.post({ $case: "passed", value: { spans: [], dropped: 1, atMs: 0 } });
      return [];
    },
    onReleased: (ids) => this.released.push(...ids),
    onGone: () => {},
  });

  /** A coordinator, as the agent sees it. */
  attach(service: string): { readonly told: LinkEvent["$case"][]; readonly say: (command: AgentCommand) => void } {
    const told: LinkEvent["$case"][] = [];
    let say: (command: AgentCommand) => void = () => {};
    this.link.attach(hello, service, (send) => {
      say = send;
      return { receive: ({ event }) => told.push(event.$case), end: () => {} };
    });
    told.length = 0;
    return { told, say };
  }
}

describe("a link to coordinators of this process", () => {
  it("takes the rules of all, and only those of its service there", () => {
    const here = new LinkUnderTest();
    const [bank, shop] = [here.attach("bank"), here.attach("shop")];
    bank.say({ $case: "rules", value: rulesToWire(1, rulesOf("r1", "bank")) });
    shop.say({ $case: "rules", value: rulesToWire(1, rulesOf("r2", "bank")) });
    expect(here.rules.map(({ runId, rules }) => [runId, rules.length])).toEqual([
      ["r1", 1],
      ["r2", 0],
    ]);
  });

  it("tells that the rules have changed", () => {
    const here = new LinkUnderTest();
    const before = here.link.newsWord[0];
    here.attach("bank").say({ $case: "rules", value: rulesToWire(1, rulesOf("r1")) });
    expect(here.link.newsWord[0]).not.toBe(before);
  });

  it("tells an arrival to the coordinator of its run alone, and never at once", async () => {
    const here = new LinkUnderTest();
    const [bank, shop] = [here.attach("bank"), here.attach("shop")];
    bank.say({ $case: "rules", value: rulesToWire(1, rulesOf("r1")) });
    shop.say({ $case: "rules", value: rulesToWire(1, rulesOf("r2")) });
    await settled();
    here.link.arrive(arrival("r1"));
    expect(bank.told).toEqual(["rulesApplied"]);
    await settled();
    expect(bank.told).toEqual(["rulesApplied", "arrived"]);
    expect(shop.told).toEqual(["rulesApplied"]);
  });

  it("answers a question behind everything that it knows", async () => {
    const here = new LinkUnderTest();
    const { told, say } = here.attach("bank");
    say({ $case: "sync", value: { number: 7 } });
    await settled();
    expect(told).toEqual(["passed", "synced"]);
  });

  it("lets an arrival go whose run is over", async () => {
    const here = new LinkUnderTest();
    here.attach("bank");
    const id = here.link.arrive(arrival("r1"));
    expect(here.released).toEqual([]);
    await settled();
    expect(here.released).toEqual([id]);
  });

  it("lets go what waits for a coordinator that stops, and nothing else", async () => {
    const here = new LinkUnderTest();
    const [bank, shop] = [here.attach("bank"), here.attach("shop")];
    bank.say({ $case: "rules", value: rulesToWire(1, rulesOf("r1")) });
    shop.say({ $case: "rules", value: rulesToWire(1, rulesOf("r2")) });
    const [first, second] = [here.link.arrive(arrival("r1")), here.link.arrive(arrival("r2"))];
    bank.say({ $case: "stop", value: { reason: "" } });
    expect(here.released).toEqual([first]);
    expect(here.rules.map(({ runId }) => runId)).toEqual(["r2"]);
    shop.say({ $case: "release", value: { ids: [second] } });
    expect(here.released).toEqual([first, second]);
  });

  it("tells what spans there are to the coordinators that ask, and has them asked for by any", async () => {
    const here = new LinkUnderTest();
    const [bank, shop] = [here.attach("bank"), here.attach("shop")];
    expect(here.discovery).toBeUndefined();
    bank.say({ $case: "rules", value: rulesToWire(1, [], { values: ["a"] }) });
    shop.say({ $case: "rules", value: rulesToWire(1, []) });
    expect(here.discovery).toEqual({ values: ["a"] });
    here.link.post({ $case: "discovered", value: { sorts: [], dropped: 1, atMs: 0 } });
    await settled();
    expect([bank.told, shop.told]).toEqual([["rulesApplied", "discovered"], ["rulesApplied"]]);
    bank.say({ $case: "stop", value: { reason: "" } });
    expect(here.discovery).toBeUndefined();
  });

  it("tells a gateway the ports that were listened on before it was opened", () => {
    const here = new LinkUnderTest();
    here.link.post({ $case: "listening", value: { port: 80 } });
    const told: LinkEvent["$case"][] = [];
    here.link.attach(hello, "bank", () => ({ receive: ({ event }) => told.push(event.$case), end: () => {} }));
    expect(told).toEqual(["goodbye", "listening"]);
  });
});
