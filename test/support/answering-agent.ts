// An agent of a coordinator in this very thread.
import type { Coordinator } from "../../src/coordinator/coordinator.ts";
import type { ActorRules, AgentRef } from "../../src/core/model.ts";

/** An agent that answers at once, unless its thread is stopped. */
export class AnsweringAgent {
  readonly ref: AgentRef;
  rules: readonly ActorRules[] = [];
  readonly released: number[] = [];
  isStopped = false;
  /** What it does before it answers that it has told all. */
  beforeSync = (): void => {};

  readonly #coordinator: Coordinator;
  #asked = 0;

  constructor(coordinator: Coordinator, service: string) {
    this.#coordinator = coordinator;
    const { agents } = coordinator;
    const ref = { instance: agents.newInstance(), service, pid: 1 };
    this.ref = ref;
    agents.attach({
      ...{ ...ref, thread: 0, modes: ["flow"], versions: {}, ports: [], sendStop: () => {} },
      session: { join: () => {}, receive: () => {}, part: () => {}, expel: () => {} },
      sendRules: (version, rules) => {
        this.rules = rules.actors;
        queueMicrotask(() => agents.acknowledge(ref.instance, version));
      },
      sendRelease: (ids) => this.released.push(...ids),
      sendSync: (number) => {
        this.#asked = number;
        queueMicrotask(() => this.isStopped || this.answer());
      },
    });
  }

  of(actor: string): ActorRules | undefined {
    return this.rules.find((it) => it.actor === actor);
  }

  /** Answers the last question that it was asked. */
  answer(): void {
    this.beforeSync();
    this.#coordinator.synced(this.ref, this.#asked, []);
  }
}
