// A call that fails behind a hold fails as it does without one, and its process lives on.
import { type Gateway, openGateway, type Service } from "spangate";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { node } from "../support/fixtures.ts";
import { openMariadb } from "../support/mariadb.ts";
import { whyNot } from "../support/servers.ts";
import { openPostgres, type Store } from "../support/stores.ts";

const missing = await whyNot("mariadb");

describe("PostgreSQL", () =>
  failsAlike(openPostgres, "pg.query:SELECT bank", ["pg/promise", "pg/callback", "pg/timeout"]));

describe.skipIf(missing)(missing ?? "MariaDB", () => {
  failsAlike(openMariadb, "SELECT", [
    ...["mysql2/promise", "mysql2/callback", "mysql2/execute", "mysql2/timeout", "mysql/callback", "mysql/event"],
    ...["mysql/timeout", "mysql2/event", "mysql2/argument"],
  ]);
});

const endsUnseen = ["mysql2/event", "mysql2/argument"];

function failsAlike(open: () => Promise<Store>, span: string, calls: readonly string[]): void {
  let gateway: Gateway;
  let store: Store;
  let service: Service;
  const ask = async (path: string): Promise<unknown> => (await fetch(`${service.url}/${path}`)).json();

  beforeAll(async () => {
    [gateway, store] = await Promise.all([openGateway(), open()]);
    service = await gateway.service("bank", node("stores/failing.mjs"), {
      ...{ ready: /listening on (\d+)/, env: { STORE_URL: store.url } },
    });
  });
  afterAll(async () => {
    await gateway?.close();
    await store?.close();
  });

  for (const phase of ["before", "after"] as const) {
    it.each(phase === "before" ? calls : calls.filter((call) => !endsUnseen.includes(call)))(
      `tells the caller of %s the same error when it was held ${phase} its call`,
      async (path) => {
        const expected = await ask(path);
        expect(expected).toHaveProperty("message");
        const alice = gateway.starter("alice", () => ask(path));
        await using runner = gateway.runner([alice], [alice[phase](span)]);
        expect((await runner.next())?.arrival).toMatchObject({ mode: "flow" });
        expect((await runner.finish()).alice).toEqual(expected);
        expect(await ask("health")).toBe("well");
      },
    );
  }

  it.each([...new Set(calls.map((call) => `${call.split("/")[0]}/lost`))])(
    "tells the caller of %s that the connection was lost while its call was held",
    async (path) => {
      const alice = gateway.starter("alice", () => ask(path));
      await using runner = gateway.runner([alice], [alice.before(span)]);
      await runner.next();
      expect(await store.cut?.()).toBeGreaterThan(0);
      expect((await runner.finish()).alice).toHaveProperty("message");
      expect(await ask(path)).toBe("well");
    },
  );
}
