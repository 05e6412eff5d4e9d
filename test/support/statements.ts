// The example's service that runs the SQL of its requests, and a gateway that sees who waits for whom.
import { fileURLToPath } from "node:url";
import { type Gateway, type LockProbe, openGateway, type Service } from "spangate";
import type { Store } from "./stores.ts";

const script = fileURLToPath(new URL("../../examples/hermitage/session.js", import.meta.url));

/** What a request's statements gave, until the first error. */
export interface Outcome {
  readonly results: readonly unknown[];
  readonly error?: { readonly message: string; readonly code: string };
}

export class Statements {
  readonly gateway: Gateway;
  readonly store: Store;
  readonly probe: LockProbe;
  readonly #service: Service;

  private constructor(gateway: Gateway, store: Store, probe: LockProbe, service: Service) {
    this.gateway = gateway;
    this.store = store;
    this.probe = probe;
    this.#service = service;
  }

  static async open(openStore: () => Promise<Store>, probeOf: (url: string) => LockProbe): Promise<Statements> {
    const store = await openStore();
    const probe = probeOf(store.url);
    // Whatever is concluded is no guess.
    const gateway = await openGateway({ probes: [probe], stallMs: 60_000 });
    const options = { ready: /listening on (\d+)/, env: { DATABASE_URL: store.url } };
    return new Statements(gateway, store, probe, await gateway.service("bank", [process.execPath, script], options));
  }

  /** An actor that runs these one after the other on one connection. */
  session<Name extends string>(name: Name, ...statements: readonly string[]) {
    return this.gateway.starter(name, () => this.run(...statements));
  }

  /** Runs these as whoever calls it, which is nobody outside of an actor. */
  async run(...statements: readonly string[]): Promise<Outcome> {
    const response = await fetch(this.#service.url, { method: "POST", body: JSON.stringify(statements) });
    return (await response.json()) as Outcome;
  }

  transaction<Name extends string>(name: Name, ...statements: readonly string[]) {
    return this.session(name, "BEGIN", ...statements, "COMMIT");
  }

  async close(): Promise<void> {
    await this.gateway.close();
    await this.store.close();
  }
}
