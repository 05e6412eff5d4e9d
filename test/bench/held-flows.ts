// Many flows held at once by one coordinator, then released in order: arrivals of one agent, which a client of the
// protocol plays.
import { fork } from "node:child_process";
import { once } from "node:events";
import { type CoordinatorAddress, type Gateway, openGateway, together } from "spangate";
import type { Told } from "./held-flows.coordinator.ts";
import { type Figures, rounded, sizeFrom } from "./support/figures.ts";
import { attachAgent } from "./support/simulated-agent.ts";

const flows = sizeFrom("BENCH_FLOWS", 10_000);
/** A run's order has to fit into one message. */
const flowsPerRun = sizeFrom("BENCH_PER_RUN", 1_000);

export async function heldFlows(): Promise<Figures> {
  const child = fork(new URL("held-flows.coordinator.ts", import.meta.url), { execArgv: ["--expose-gc"] });
  const [{ coordinator }] = (await once(child, "message")) as [{ coordinator: CoordinatorAddress }];
  const usedBytes = async () => {
    const told = once(child, "message");
    child.send("bytes?");
    const [{ bytes }] = (await told) as [Told & { bytes: number }];
    return bytes;
  };
  const gateway = await openGateway({ connect: coordinator, stepTimeoutMs: 600_000, stallMs: 600_000 });
  const bytesBefore = await usedBytes();
  const crowd = new Crowd(gateway);
  await crowd.begin(flows);
  const bytesBegun = await usedBytes();
  const agent = await attachAgent(coordinator, (id) => crowd.release(id));
  const arrivingAt = performance.now();
  for (const { id, runId, actor } of crowd.members) agent.arrive(id, runId, actor);
  await crowd.allHeld();
  const heldMs = performance.now() - arrivingAt;
  const bytesHeld = await usedBytes();
  const releasingAt = performance.now();
  await crowd.finish();
  const releasedMs = performance.now() - releasingAt;
  agent.detach();
  await gateway.close();
  child.disconnect();
  return {
    flows,
    bytesPerFlow: rounded((bytesHeld - bytesBefore) / flows),
    bytesPerHold: rounded((bytesHeld - bytesBegun) / flows),
    arrivalsPerSecond: rounded(flows / (heldMs / 1_000)),
    releasesPerSecond: rounded(flows / (releasedMs / 1_000)),
    releasedInOrder: crowd.releasedInOrder,
  };
}

interface Member {
  readonly id: number;
  readonly runId: string;
  readonly actor: string;
  readonly released: () => void;
}

/** Actors that end when their flow is released. */
class Crowd {
  readonly members: Member[] = [];
  /** How many were released right behind the one that came before them. */
  releasedInOrder = 0;
  #lastReleased = 0;
  readonly #gateway: Gateway;
  readonly #runners: { next(): Promise<unknown>; finish(): Promise<unknown> }[] = [];
  #held: Promise<unknown>[] = [];

  constructor(gateway: Gateway) {
    this.#gateway = gateway;
  }

  async begin(count: number): Promise<void> {
    for (let begun = 0; begun < count; begun += flowsPerRun) await this.#openRun(Math.min(flowsPerRun, count - begun));
  }

  async allHeld(): Promise<void> {
    await Promise.all(this.#held);
  }

  release(id: number): void {
    if (id === this.#lastReleased + 1) this.releasedInOrder += 1;
    this.#lastReleased = id;
    this.members[id - 1]?.released();
  }

  async finish(): Promise<void> {
    for (const runner of this.#runners) await runner.finish();
  }

  async #openRun(size: number): Promise<void> {
    const { promise: begun, resolve: allBegun } = Promise.withResolvers<void>();
    let missing = size;
    const starters = Array.from({ length: size }, (_, at) =>
      this.#gateway.starter(`flow ${at}`, async ({ name, headers }) => {
        const { promise, resolve } = Promise.withResolvers<void>();
        const runId = /spangate\.run=(\w+)/.exec(headers.baggage)?.[1] ?? "";
        this.members.push({ id: this.members.length + 1, runId, actor: name, released: resolve });
        missing -= 1;
        if (missing === 0) allBegun();
        await promise;
      }),
    );
    const order = together(...starters.map((starter) => starter.before("work")));
    const runner = this.#gateway.runner(starters, [order]);
    this.#runners.push(runner);
    this.#held.push(runner.next());
    await begun;
  }
}
