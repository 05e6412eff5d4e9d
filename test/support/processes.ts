// The simulated side of a run: actors that run through services, each with an agent whose channels deliver in
// sequence but as late as they like, and the runner that starts the actors.
import type { Departure } from "../../src/core/departure.ts";
import type { Input } from "../../src/core/messages.ts";
import type { AgentRef, Arrival, Checkpoint } from "../../src/core/model.ts";

import { facts } from "./builders.ts";
import { type Doing, type Moment, type Program, play } from "./programs.ts";

export interface Coordinating {
  put(input: Input): void;
  synced(number: number): void;
}

/** A line of execution of an actor. */
interface Flow {
  readonly actor: string;
  readonly doings: Generator<Doing>;
  readonly parent: Flow | undefined;
  /** True for a message's consumer, which is no part of its sender's action. */
  readonly isConsumer: boolean;
  children: number;
  gate: string | undefined;
  lock: string | undefined;
}

interface Agent {
  readonly ref: AgentRef;
  readonly toCoordinator: (() => void)[];
  readonly toProcess: (() => void)[];
}

export class Processes {
  readonly #programs: Readonly<Record<string, Program>>;
  readonly #checkpoints: readonly Checkpoint[];
  readonly #coordinator: Coordinating;
  readonly #agents = new Map<string, Agent>();
  readonly #runner: (() => void)[] = [];
  readonly #starting: string[] = [];
  readonly #flows = new Set<Flow>();
  readonly #locks = new Map<string, string>();
  readonly #unended = new Set<string>();
  readonly #questions = new Map<number, Set<string>>();
  #arrivals = 0;
  #instances = 0;

  constructor(
    programs: Readonly<Record<string, Program>>,
    checkpoints: readonly Checkpoint[],
    coordinator: Coordinating,
  ) {
    this.#programs = programs;
    this.#checkpoints = checkpoints;
    this.#coordinator = coordinator;
  }

  get agents(): readonly AgentRef[] {
    return [...this.#agents.values()].map(({ ref }) => ref);
  }

  get unended(): readonly string[] {
    return [...this.#unended];
  }

  /** All that can happen now. */
  *possible(): Generator<() => void> {
    for (const flow of this.#flows) if (this.#canMove(flow)) yield () => this.#move(flow);
    for (const { toCoordinator, toProcess } of this.#agents.values()) {
      if (toCoordinator.length > 0) yield () => toCoordinator.shift()?.();
      if (toProcess.length > 0) yield () => toProcess.shift()?.();
    }
    if (this.#runner.length > 0) yield () => this.#runner.shift()?.();
    if (this.#starting.length > 0) yield () => this.#start(this.#starting.shift() ?? "");
  }

  begin(actor: string): void {
    this.#unended.add(actor);
    this.#starting.push(actor);
  }

  release(arrival: Arrival): void {
    const key = `${arrival.agent.instance}:${arrival.id}`;
    this.#agents.get(arrival.agent.service)?.toProcess.push(() => {
      for (const flow of this.#flows) if (flow.gate === key) flow.gate = undefined;
    });
  }

  sync(number: number): void {
    const open = new Set(this.#agents.keys());
    this.#questions.set(number, open);
    // Even without an agent the answer comes later, never at once.
    if (open.size === 0) this.#runner.push(() => this.#coordinator.synced(number));
    for (const [service, agent] of this.#agents)
      agent.toProcess.push(() => agent.toCoordinator.push(() => this.#answer(number, service)));
  }

  /** The starter's function throws: the actor does nothing more, wherever it was. */
  crash(actor: string): void {
    if ([...this.#flows].some((flow) => flow.actor === actor)) this.#kill(actor, "Error: crashed");
  }

  /** The client goes away while its request is held. */
  abort(actor: string): void {
    const held = [...this.#flows].find((flow) => flow.actor === actor && flow.gate !== undefined);
    if (!held) return;
    const [instance = "", id] = (held.gate ?? "").split(":");
    const agent = [...this.#agents.values()].find(({ ref }) => ref.instance === instance);
    agent?.toCoordinator.push(() =>
      this.#coordinator.put({ type: "withdrawn", agent: agent.ref, id: Number(id), reason: "the client went away" }),
    );
    this.#kill(actor, "Error: aborted");
  }

  /** A process ends, and every flow that is held in it. */
  leave(service: string, departure: Departure): void {
    const agent = this.#agents.get(service);
    if (!agent) return;
    const inside = [...this.#flows].filter(({ gate }) => gate?.startsWith(`${agent.ref.instance}:`));
    this.#agents.delete(service);
    for (const deliver of agent.toCoordinator) deliver();
    this.#coordinator.put({ type: "detached", agent: agent.ref, departure });
    for (const number of this.#questions.keys()) this.#answer(number, service);
    for (const actor of new Set(inside.map((flow) => flow.actor))) this.#kill(actor, "Error: socket hang up");
  }

  #start(actor: string): void {
    this.#flows.add(newFlow(actor, play(this.#programs[actor] ?? [], actor), undefined));
  }

  #canMove({ gate, children, lock }: Flow): boolean {
    return gate === undefined && children === 0 && (lock === undefined || !this.#locks.has(lock));
  }

  #move(flow: Flow): void {
    if (flow.lock !== undefined) this.#locks.set(flow.lock, flow.actor);
    flow.lock = undefined;
    const { done, value } = flow.doings.next();
    if (done) return this.#endFlow(flow);
    switch (value.type) {
      case "moment":
        return this.#meet(flow, value.moment);
      case "fork":
        flow.children = value.branches.length;
        for (const branch of value.branches) this.#flows.add(newFlow(flow.actor, branch, flow));
        return;
      case "post":
        this.#flows.add({ ...newFlow(flow.actor, value.consumer, undefined), isConsumer: true });
        return;
      case "lock":
        flow.lock = value.name;
        return;
      case "unlock":
        this.#locks.delete(value.name);
        return;
    }
  }

  #meet(flow: Flow, { phase, service, name, ...ids }: Moment): void {
    const agent = this.#agentOf(service);
    const told = { actor: flow.actor, phase, span: facts(name, ids), agent: agent.ref };
    const checkpoints = this.#checkpoints
      .filter((it) => it.actor === flow.actor && it.phase === phase && textOf(it) === name)
      .map(({ index }) => index);
    if (checkpoints.length === 0) {
      agent.toCoordinator.push(() => this.#coordinator.put({ type: "passed", passed: told }));
      return;
    }
    this.#arrivals += 1;
    const arrival: Arrival = { ...told, id: this.#arrivals, checkpoints, mode: "flow" };
    flow.gate = `${agent.ref.instance}:${arrival.id}`;
    agent.toCoordinator.push(() => this.#coordinator.put({ type: "arrived", arrival }));
  }

  #agentOf(service: string): Agent {
    const known = this.#agents.get(service);
    if (known) return known;
    this.#instances += 1;
    const ref = { instance: String(this.#instances), service, pid: this.#instances };
    const agent = { ref, toCoordinator: [], toProcess: [] };
    this.#agents.set(service, agent);
    return agent;
  }

  #endFlow(flow: Flow): void {
    this.#flows.delete(flow);
    if (flow.parent) flow.parent.children -= 1;
    else if (!flow.isConsumer) this.#tellEnd(flow.actor, undefined);
  }

  #kill(actor: string, error: string): void {
    for (const flow of this.#flows) if (flow.actor === actor) this.#flows.delete(flow);
    for (const [lock, owner] of this.#locks) if (owner === actor) this.#locks.delete(lock);
    this.#tellEnd(actor, error);
  }

  #tellEnd(actor: string, error: string | undefined): void {
    this.#unended.delete(actor);
    this.#runner.push(() => this.#coordinator.put({ type: "ended", actor, error, called: [] }));
  }

  #answer(number: number, service: string): void {
    const open = this.#questions.get(number);
    if (!open?.delete(service) || open.size > 0) return;
    this.#questions.delete(number);
    this.#coordinator.synced(number);
  }
}

function newFlow(actor: string, doings: Generator<Doing>, parent: Flow | undefined): Flow {
  return { actor, doings, parent, isConsumer: false, children: 0, gate: undefined, lock: undefined };
}

function textOf({ span }: Checkpoint): string | undefined {
  return span?.name.type === "exact" ? span.name.text : undefined;
}
