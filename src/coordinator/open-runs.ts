// The runs that are open: what is known of each, and what the agents have to know of all of them.
import { describePlace } from "../core/describe.js";
import type { ActorRules, Step } from "../core/model.js";
import type { FrozenThread } from "../core/surroundings.js";
import type { Adoption, Claim } from "./adoption.js";
import type { Agent } from "./agents.js";
import type { Limits } from "./clocks.js";
import type { RunRecord } from "./run-record.js";
import type { RunSession } from "./run-session.js";
import type { StepDesk } from "./step-desk.js";
import type { RunMove, Standing } from "./watchers.js";

/** What is known of an open run. */
export interface Known {
  readonly session: RunSession;
  readonly steps: StepDesk;
  readonly record: RunRecord;
  readonly starters: readonly string[];
  readonly rules: readonly ActorRules[];
  /** By the actor's name. */
  readonly adoptions: ReadonlyMap<string, Adoption>;
  readonly limits: Limits;
}

export class OpenRuns {
  readonly #runs = new Map<string, Known>();

  get size(): number {
    return this.#runs.size;
  }

  /** A copy: runs may close while it is gone through. */
  get all(): readonly Known[] {
    return [...this.#runs.values()];
  }

  find(id: string): Known | undefined {
    return this.#runs.get(id);
  }

  add(run: Known): void {
    this.#runs.set(run.session.id, run);
  }

  /** @returns what was known of it */
  remove(id: string): Known | undefined {
    const run = this.#runs.get(id);
    this.#runs.delete(id);
    return run;
  }

  get standing(): readonly Standing[] {
    return this.all.flatMap(({ session }) => session.standing);
  }

  /** The steps that wait for a person. */
  get waiting(): readonly RunMove[] {
    return this.all.map(({ steps }) => steps.move).filter(({ move }) => move.type === "person");
  }

  /** The rules of all actors, as they are now. */
  get rules(): readonly ActorRules[] {
    return this.all.flatMap(({ rules, adoptions }) => rules.map((it) => withAdoption(it, adoptions.get(it.actor))));
  }

  /** The threads that stand still because of a hold or a claim. */
  frozen(agents: readonly Agent[]): readonly FrozenThread[] {
    const known = new Map(agents.map((agent) => [agent.instance, agent]));
    return this.all.flatMap(({ session, adoptions }) =>
      [...session.frozen, ...claimsThatFreeze(adoptions.values())].flatMap(({ at, by, place }) => {
        const agent = known.get(at.instance);
        return agent ? [{ agent, by, place }] : [];
      }),
    );
  }

  /**
   * Gives a claimed flow to the actor that it was claimed for; or, since two agents may claim one actor at once, to
   * another one that waits for such a flow too.
   * @returns who has taken it
   */
  take(runId: string, claim: Claim): { readonly adoption: Adoption; readonly limits: Limits } | undefined {
    const own = this.find(runId);
    const named = own?.adoptions.get(claim.actor);
    if (own && named?.take(claim)) return { adoption: named, limits: own.limits };
    const runs = new Set([...(own ? [own] : []), ...this.all]);
    for (const { adoptions, limits } of runs) {
      for (const [actor, adoption] of adoptions) {
        if (adoption.suits(claim, named?.wanted.span) && adoption.take({ ...claim, actor }))
          return { adoption, limits };
      }
    }
    return undefined;
  }

  /** True where an actor has to be found anew. */
  loses(isLost: (adoption: Adoption) => boolean): boolean {
    const adoptions = this.all.flatMap((run) => [...run.adoptions.values()]);
    return adoptions.filter(isLost).length > 0;
  }
}

function claimsThatFreeze(adoptions: Iterable<Adoption>): RunSession["frozen"] {
  return [...adoptions].flatMap(({ waiting }) =>
    waiting?.mode === "thread"
      ? [{ at: waiting.agent, by: waiting.actor, place: describePlace("before", waiting.span) }]
      : [],
  );
}

// Until its flow is found, an adopted actor is known by what begins it; then by the flow's own trace.
function withAdoption(rules: ActorRules, adoption: Adoption | undefined): ActorRules {
  if (!adoption) return rules;
  const { traceId } = adoption;
  return traceId === undefined ? { ...rules, adopt: adoption.wanted.span } : { ...rules, traceId };
}

/** What of an order the agents need, by the actor. */
export function rulesOf(order: readonly Step[]): ReadonlyMap<string, ActorRules["rules"]> {
  const rules = order
    .flat()
    .flatMap(({ index, actor, phase, span, hold }) =>
      span && (phase === "before" || phase === "after")
        ? [{ actor, rule: { checkpoint: index, phase, span, hold } }]
        : [],
    );
  return new Map(
    [...Map.groupBy(rules, ({ actor }) => actor)].map(([actor, its]) => [actor, its.map((it) => it.rule)]),
  );
}
