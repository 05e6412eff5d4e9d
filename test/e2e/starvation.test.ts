// Actors that wait for what held actors keep: connections, sockets, a mutex.
import { type Checkpoint, type Gateway, openGateway, type Service, type SpangateError, type Starter } from "spangate";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { failureOf as failureOfAny } from "../support/failures.ts";
import { node } from "../support/fixtures.ts";
import { openMariadb } from "../support/mariadb.ts";
import { whyNot } from "../support/servers.ts";
import { openPostgres, type Store } from "../support/stores.ts";

const missing = await whyNot("mariadb");
let gateway: Gateway;
let postgres: Store;
let mariadb: Store | undefined;

beforeAll(async () => {
  [gateway, postgres, mariadb] = await Promise.all([
    openGateway({ stepTimeoutMs: 1_000, stallMs: 300 }),
    openPostgres(),
    missing ? undefined : openMariadb(),
  ]);
});
afterAll(async () => {
  await gateway?.close();
  await Promise.all([postgres?.close(), mariadb?.close()]);
});

let service: Service;
afterEach(() => service.stop());

/** The service, which has so many of everything, and actors that ask it for a path. */
async function actors(limit: number, path: string, ...names: readonly string[]): Promise<Starter[]> {
  service = await gateway.service("bank", node("starving.mjs"), {
    ready: /listening on (\d+)/,
    env: { LIMIT: String(limit), DATABASE_URL: postgres.url, ...(mariadb && { MARIADB_URL: mariadb.url }) },
  });
  return names.map((name) => gateway.starter(name, () => fetch(service.url + path)));
}

const failureOf = async (step: Promise<unknown>) => (await failureOfAny(step)) as SpangateError;

/** The actors come to the checkpoint one after the other; the last one does not, and is told why. */
async function failureOfLast(starters: readonly Starter[], place: (starter: Starter) => Checkpoint, ifReached = false) {
  const others = starters.slice(0, -1);
  const places = starters.map((starter, at) =>
    at < others.length || !ifReached ? place(starter) : place(starter).ifReached(),
  );
  await using runner = gateway.runner([...starters], [...places, ...others.map(({ finished }) => finished)]);
  for (const _ of others) await runner.next();
  return await failureOf(runner.next());
}

const afterSelect = (starter: Starter) => starter.after("pg.query:SELECT *");
const afterSelectOfMysql = (starter: Starter) => starter.after("SELECT");
const afterGet = (starter: Starter) => starter.after("GET", { kind: "client" });

describe("a pool of pg", () => {
  it.each(["/pg", "/pg-query"])(
    "starves who asks for the one connection that a held actor has, by %s",
    async (path) => {
      const error = await failureOfLast(await actors(1, path, "alice", "bob"), afterSelect);
      expect(error).toMatchObject({ code: "Starved", actor: "bob" });
      expect(error.message).toMatch(/It is in pg-pool\.connect of bank .* max is 1, and 1 is in use\./);
      expect(error.message).toMatch(/1 by alice, held after pg\.query:SELECT .* in bank .*, last for pg\.query:SELECT/);
      expect(error.message).toContain("Or let alice go on first.");
    },
  );

  it("starves the third of three where there are two", async () => {
    const error = await failureOfLast(await actors(2, "/pg", "alice", "bob", "carol"), afterSelect);
    expect(error).toMatchObject({ code: "Starved", actor: "carol" });
    expect(error.message).toMatch(/max is 2, and 2 are in use\..*1 by alice, held .*1 by bob, held /s);
  });

  it.each(["pg-pool.connect", "pg.query:BEGIN *"])(
    "starves who asks for the connection of one held at %s",
    async (name) => {
      const [alice, bob] = (await actors(1, "/pg", "alice", "bob")) as [Starter, Starter];
      const place = name === "pg-pool.connect" ? alice.after(name) : alice.before(name);
      await using runner = gateway.runner([alice, bob], [place, afterSelect(bob), alice.finished]);
      await runner.next();
      expect(await failureOf(runner.next())).toMatchObject({ code: "Starved", actor: "bob" });
    },
  );

  it("starves who was held in front of asking", async () => {
    const [alice, bob] = (await actors(1, "/pg", "alice", "bob")) as [Starter, Starter];
    const order = [bob.before("pg-pool.connect"), afterSelect(alice), afterSelect(bob), alice.finished];
    await using runner = gateway.runner([alice, bob], order);
    await runner.skipTo(order[1] as Checkpoint);
    expect(await failureOf(runner.next())).toMatchObject({ code: "Starved", actor: "bob" });
  });

  it("is taken for no repair", async () => {
    const error = await failureOfLast(await actors(1, "/pg", "alice", "bob"), afterSelect, true);
    expect(error).toMatchObject({ code: "Starved", actor: "bob" });
  });

  it("starves nobody who is in a slow query", async () => {
    const [alice] = (await actors(2, "/pg", "alice")) as [Starter];
    const bob = gateway.starter("bob", () => fetch(`${service.url}/pg-slow`));
    await using runner = gateway.runner([alice, bob], [afterSelect(alice), afterSelect(bob), alice.finished]);
    await runner.next();
    const error = await failureOf(runner.next());
    expect(error.code).toBe("StepTimedOut");
    expect(error.message).toContain("It is in pg.query:SELECT");
  });
});

describe.skipIf(missing)(missing ?? "a pool of mysql2", () => {
  it.each(["/mysql", "/mysql-query"])(
    "starves who asks for the one connection that a held actor has, by %s",
    async (path) => {
      const [alice, bob] = (await actors(1, path, "alice", "bob")) as [Starter, Starter];
      const order = [alice.before("SELECT"), afterSelectOfMysql(bob), alice.finished];
      await using runner = gateway.runner([alice, bob], order);
      await runner.next();
      const error = await failureOf(runner.next());
      expect(error).toMatchObject({ code: "Starved", actor: "bob" });
      expect(error.message).toMatch(/It is in GET of bank .* connectionLimit is 1, and 1 is in use\./);
      expect(error.message).toMatch(/1 by alice, held before SELECT in bank .*, last for SELECT/);
    },
  );

  it("is taken for no repair", async () => {
    const error = await failureOfLast(await actors(1, "/mysql", "alice", "bob"), afterSelectOfMysql, true);
    expect(error).toMatchObject({ code: "Starved", actor: "bob" });
  });
});

const databases = ["pg", ...(missing ? [] : ["mysql"])];

it.each(databases)("starves nobody where the held actor has given its connection of %s back", async (database) => {
  const [alice] = (await actors(1, `/${database}-visit`, "alice")) as [Starter];
  const bob = gateway.starter("bob", () => fetch(`${service.url}/${database}-query`));
  const read = bob.after(database === "pg" ? "pg.query:SELECT *" : "SELECT");
  const held = alice.before("GET", { kind: "client" });
  await using runner = gateway.runner([alice, bob], [held, read.ifReached(), alice.finished]);
  await runner.next();
  const hog = await fetch(`${service.url}/${database}-hog`);
  expect(await runner.next()).toMatchObject({ reached: false });
  await fetch(`${service.url}/unhog`);
  await hog.text();
  await runner.finish();
});

describe("an HTTP agent", () => {
  it("starves who asks for the one socket that a held actor has", async () => {
    const error = await failureOfLast(await actors(1, "/http", "alice", "bob"), afterGet);
    expect(error).toMatchObject({ code: "Starved", actor: "bob" });
    expect(error.message).toMatch(/waits for a socket of an HTTP agent.*maxSockets is 1, and 1 is in use\./s);
    expect(error.message).toMatch(/1 by alice, held after GET in bank .*, last for GET/);
  });

  it("is taken for no repair", async () => {
    const error = await failureOfLast(await actors(1, "/http", "alice", "bob"), afterGet, true);
    expect(error.code).toBe("Starved");
  });
});

describe("what makes no span", () => {
  it("starves who waits for it, most likely: a pool of undici", async () => {
    const [alice, bob] = (await actors(1, "/undici", "alice", "bob")) as [Starter, Starter];
    const [first, second] = [alice, bob].map((it) => it.before("GET", { kind: "client" })) as [Checkpoint, Checkpoint];
    await using runner = gateway.runner([alice, bob], [first, second, alice.finished]);
    await runner.next();
    const error = await failureOf(runner.next());
    expect(error).toMatchObject({ code: "Starved", actor: "bob" });
    expect(error.message).toMatch(/most likely it waits for something that alice keeps.*amid GET\./s);
  });

  it("starves who waits for it, most likely: a mutex", async () => {
    const error = await failureOfLast(await actors(2, "/mutex", "alice", "bob"), afterSelect);
    expect(error).toMatchObject({ code: "Starved", actor: "bob" });
    expect(error.message).toMatch(/most likely it waits for something that alice keeps.*a mutex or a queue/s);
    expect(error.message).toMatch(/the checkpoint may not come: bob\.after\("pg\.query:SELECT \*"\)\.ifReached\(\)/);
  });

  it("may be the repair", async () => {
    await postgres.reset(100);
    const [alice, bob] = (await actors(2, "/mutex", "alice", "bob")) as [Starter, Starter];
    const order = [afterSelect(alice), afterSelect(bob).ifReached(), alice.finished, bob.finished];
    await using runner = gateway.runner([alice, bob], order);
    await runner.next();
    expect(await runner.next()).toMatchObject({ reached: false });
    await runner.finish();
    expect(await postgres.balance()).toBe(80);
  });
});
