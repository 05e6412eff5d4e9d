// Flows held at every hop of front → bank → database: two actors in one process of each.
import { type Gateway, openGateway, type Service, type Starter } from "spangate";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Account } from "../support/bank.ts";
import { node } from "../support/fixtures.ts";

const runs = Number(process.env["SPANGATE_TEST_RUNS"] ?? 10);
let account: Account;
let gateway: Gateway;
let bank: Service;
let fronts: Record<string, Service>;

beforeAll(async () => {
  [gateway, account] = await Promise.all([openGateway(), Account.open()]);
  const ready = /listening on (\d+)/;
  bank = await gateway.service("bank", node("bank.cjs"), { ready, env: { DATABASE_URL: account.url } });
  const start = (file: string) => gateway.service("front", node(file), { ready, env: { BANK_URL: bank.url } });
  const [esm, cjs] = await Promise.all([start("front.mjs"), start("front.cjs")]);
  fronts = { esm, cjs };
});
afterAll(async () => {
  await gateway.close();
  await account.close();
});

const places = ["front server", "front client", "bank server", "bank database"] as const;
type Place = (typeof places)[number];
type Side = "before" | "after";

/** What each service has done while both actors stand there. */
const done: Record<`${Side} ${Place}`, { front: object; bank: object }> = {
  "before front server": { front: { begun: 0, replied: 0, ended: 0 }, bank: { begun: 0, read: 0, ended: 0 } },
  "before front client": { front: { begun: 2, replied: 0, ended: 0 }, bank: { begun: 0, read: 0, ended: 0 } },
  "before bank server": { front: { begun: 2, replied: 0, ended: 0 }, bank: { begun: 0, read: 0, ended: 0 } },
  "before bank database": { front: { begun: 2, replied: 0, ended: 0 }, bank: { begun: 2, read: 0, ended: 0 } },
  "after bank database": { front: { begun: 2, replied: 0, ended: 0 }, bank: { begun: 2, read: 0, ended: 0 } },
  "after bank server": { front: { begun: 2, replied: 0, ended: 0 }, bank: { begun: 2, read: 2, ended: 0 } },
  "after front client": { front: { begun: 2, replied: 0, ended: 0 }, bank: { begun: 2, read: 2, ended: 2 } },
  "after front server": { front: { begun: 2, replied: 2, ended: 0 }, bank: { begun: 2, read: 2, ended: 2 } },
};

function checkpoint(starter: Starter, side: Side, place: Place) {
  const [service = "", what] = place.split(" ");
  return what === "database"
    ? starter[side]("pg.query:*", { service, attributes: { "db.query.text": /^SELECT/ } })
    : starter[side]("POST", { service, kind: what as "server" | "client" });
}

type Told = Record<string, number>;

/** What it has done; it answers while its requests are held. */
async function ask(service: Service): Promise<Told> {
  return (await (await fetch(`${service.url}/health`)).json()) as Told;
}

function since(now: Told, before: Told): Told {
  return Object.fromEntries(Object.entries(now).map(([key, value]) => [key, value - (before[key] ?? 0)]));
}

const ways = ["esm", "cjs"].flatMap((kind) => ["fetch", "http", "undici"].map((client) => [kind, client] as const));

describe.each(ways)("from an application of kind %s, by %s", (kind, client) => {
  let front: Service;
  beforeEach(() => {
    front = fronts[kind] as Service;
  });

  const sides = ["before", "after"] as const;
  it.each(sides.flatMap((side) => places.map((place) => [side, place] as const)))(
    `holds two actors %s the span at %s, ${runs} of ${runs} times`,
    { timeout: 600_000 },
    async (side, place) => {
      for (let run = 0; run < runs; run += 1) {
        await account.reset(100);
        const before = { front: await ask(front), bank: await ask(bank) };
        const call = async () => await (await fetch(`${front.url}/${client}`, { method: "POST" })).text();
        const [alice, bob] = [gateway.starter("alice", call), gateway.starter("bob", call)];
        await using runner = gateway.runner(
          [alice, bob],
          [checkpoint(alice, side, place), checkpoint(bob, side, place), alice.finished, bob.finished],
        );
        for (let step = 0; step < 2; step += 1) {
          expect(await runner.next()).toMatchObject({ reached: true, arrival: { mode: "flow" } });
        }
        expect({ front: since(await ask(front), before.front), bank: since(await ask(bank), before.bank) }).toEqual(
          done[`${side} ${place}`],
        );
        const { alice: first, bob: second } = await runner.finish();
        // Both have read the balance and not written it: the only place where an update is lost.
        const isLost = side === "after" && place === "bank database";
        expect([first, second]).toEqual(isLost ? ["90", "90"] : ["90", "80"]);
        expect(await account.balance()).toBe(isLost ? 90 : 80);
      }
    },
  );
});
