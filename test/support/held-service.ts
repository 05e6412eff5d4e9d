// Two requests of one process that are held at the same span, and what the service's own code has come to by then.
import { type Gateway, openGateway, type Service, type SpangateError, type SpanOptions } from "spangate";
import { afterAll, beforeAll, expect } from "vitest";
import { node } from "./fixtures.ts";

interface Held {
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly span: string;
  readonly options?: SpanOptions;
  readonly phases?: readonly ("before" | "after")[];
  /** What the service's own code has noted by then. */
  readonly noted?: readonly (readonly string[])[];
}

export const answeredBoth = {
  alice: { status: 200, body: { who: "alice" } },
  bob: { status: 200, body: { who: "bob" } },
};

/** A service from test/fixtures/frameworks, for the tests of a `describe`. */
export class HeldService {
  #gateway: Gateway | undefined;
  #service: Service | undefined;

  constructor(file: string, env: Record<string, string> = {}) {
    beforeAll(async () => {
      this.#gateway = await openGateway();
      const options = { ready: /listening on (\d+)/, env };
      this.#service = await this.#gateway.service("held", node(`frameworks/${file}`), options);
    });
    afterAll(() => this.#gateway?.close());
  }

  get gateway(): Gateway {
    if (!this.#gateway) throw new Error("not started");
    return this.#gateway;
  }

  get service(): Service {
    if (!this.#service) throw new Error("not started");
    return this.#service;
  }

  get url(): string {
    return this.service.url;
  }

  /** What its own code has noted so far. */
  async notes(): Promise<string[]> {
    return (await (await fetch(`${this.service.url}/notes`)).json()) as string[];
  }

  /** Holds alice and bob at the span, in each phase, and lets them end. */
  async holdBoth({ path, query = {}, span, options, phases = ["before", "after"], noted = [] }: Held) {
    const { gateway, service } = this;
    const known = (await this.notes()).length;
    const answered: string[] = [];
    const call = (who: string) => async () => {
      const response = await fetch(`${service.url}${path}?${String(new URLSearchParams({ who, ...query }))}`);
      answered.push(who);
      return { status: response.status, body: (await response.json()) as unknown };
    };
    const alice = gateway.starter("alice", call("alice"));
    const bob = gateway.starter("bob", call("bob"));
    await using runner = gateway.runner(
      [alice, bob],
      [
        ...phases.flatMap((phase) => [alice[phase](span, options), bob[phase](span, options)]),
        ...[alice.finished, bob.finished],
      ],
    );
    for (const [at, phase] of phases.entries()) {
      for (const who of ["alice", "bob"]) {
        expect(await runner.next()).toMatchObject({
          checkpoint: { phase },
          arrival: { mode: "flow", pid: service.pid },
        });
        expect(await (await fetch(`${service.url}/health`)).text()).toBe("fine");
        expect(answered).toEqual([]);
        const own = (await this.notes()).slice(known).filter((line) => line.startsWith(who));
        if (noted[at]) expect(own).toEqual(noted[at].map((what) => `${who} ${what}`));
      }
    }
    return await runner.finish();
  }

  /** The step that fails because the span cannot be held there. */
  async refusalOf({ path, span, options, phases = ["before"] }: Held): Promise<string> {
    const { gateway, service } = this;
    const alice = gateway.starter("alice", () => fetch(`${service.url}${path}?who=alice`));
    const order = phases.map((phase) => alice[phase](span, options));
    await using runner = gateway.runner([alice], order);
    const error = await runner.next().then(
      () => expect.unreachable(`${span} was held`),
      (reason: SpangateError) => reason,
    );
    expect(error.code).toBe("NotGateable");
    return error.message;
  }
}
