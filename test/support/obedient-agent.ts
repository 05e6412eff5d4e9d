// An agent that answers at once whatever the coordinator asks, and comes to gates where a test wants it to.
import { AttachResponse } from "../../src/gen/spangate/v1/agent.ts";
import type { ActorRules } from "../../src/gen/spangate/v1/model.ts";
import type { CoordinatorAddress } from "../../src/index.ts";
import { arrivalOf, RawAgent, spanOf } from "./raw-agent.ts";

/** Where an actor of it stands. */
export interface Place {
  readonly runId: string;
  readonly actor: string;
  /** The checkpoints whose rules match. */
  readonly checkpoints?: readonly number[];
  /** 1 before, 2 after, 3 where a root span may begin an actor. */
  readonly phase?: number;
  readonly name?: string;
  readonly traceId?: string;
}

export class ObedientAgent extends RawAgent {
  /** As it was told last. */
  rules: readonly ActorRules[] = [];
  #arrivals = 0;
  #answers = true;

  constructor(at: CoordinatorAddress) {
    super(at);
    this.stream.on("data", (bytes: Buffer) => this.#obey(AttachResponse.decode(bytes).command));
  }

  static async attach(at: CoordinatorAddress, service = "obedient"): Promise<ObedientAgent> {
    return await new ObedientAgent(at).attach({ service });
  }

  /** It answers nothing any more. */
  fallSilent(): void {
    this.#answers = false;
  }

  /** @returns the hold's id */
  arrive(place: Place): number {
    this.#arrivals += 1;
    this.send(arrivalOf({ id: this.#arrivals, ...place }));
    return this.#arrivals;
  }

  pass({ runId, actor, phase = 2, name = "work", spanId }: Place & { readonly spanId?: string }): void {
    const span = { ...spanOf(name), ...(spanId !== undefined && { spanId }) };
    this.send({ $case: "passed", value: { spans: [{ runId, actor, phase, span, atMs: 0 }], dropped: 0, atMs: 0 } });
  }

  /** Resolves when the arrival may go on. */
  async released(id: number): Promise<void> {
    await this.command((it) => it.$case === "release" && it.value.ids.includes(id));
  }

  /** True when the arrival may go on, as far as it was told. */
  mayGoOn(id: number): boolean {
    return this.commands.some((it) => it.$case === "release" && it.value.ids.includes(id));
  }

  /** What a run's rules say of an actor. */
  of(runId: string, actor: string): ActorRules | undefined {
    return this.rules.find((it) => it.runId === runId && it.actor === actor);
  }

  #obey(command: AttachResponse["command"]): void {
    const rules = command?.$case === "rules" ? command.value : command?.$case === "welcome" && command.value.rules;
    if (rules) {
      this.rules = rules.actors;
      if (this.#answers) this.send({ $case: "rulesApplied", value: { version: rules.version } });
    }
    if (command?.$case === "sync" && this.#answers)
      this.send({ $case: "synced", value: { number: command.value.number, shortages: [] } });
  }
}
