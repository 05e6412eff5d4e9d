// examples/compose without containers: its very commands, in its very environment, as processes of this machine. What a
// container would see at a path or by a host's name is put in its place.
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { describe, expect, it, onTestFinished } from "vitest";
import { parse } from "yaml";
import { agentVariables } from "../support/agent-variables.ts";
import { freshSchema } from "../support/database.ts";
import { freePort } from "../support/free-port.ts";
import { installPacked, path } from "../support/packed.ts";
import { Script } from "../support/scripts.ts";
import { untilAsync } from "../support/until.ts";

interface ComposeService {
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly secrets?: readonly string[];
  readonly ports?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly test: readonly string[] };
}

interface Compose {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
}

const example = fileURLToPath(new URL("../../examples/compose", import.meta.url));
const compose: Compose = parse(readFileSync(join(example, "compose.yaml"), "utf8"), { merge: true });
const { coordinator, bank, shop } = compose.services;
const services = Object.entries(compose.services);

describe("compose.yaml", () => {
  it.each(services)("gives %s only what is there", (_, service) => {
    for (const secret of service.secrets ?? []) expect(compose.secrets).toHaveProperty(secret);
    for (const [other, { condition }] of Object.entries(service.depends_on ?? {})) {
      expect(compose.services).toHaveProperty(other);
      if (condition === "service_healthy") expect(compose.services[other]).toHaveProperty("healthcheck");
    }
    const mounted = new Set([
      ...(service.secrets ?? []).map((secret) => `/run/secrets/${secret}`),
      ...(service.volumes ?? []).map((volume) => volume.split(":")[1]),
    ]);
    const texts = [
      ...(service.command ?? []),
      ...Object.values(service.environment ?? {}),
      ...(service.healthcheck?.test ?? []),
    ];
    for (const [place] of texts.flatMap((text) => [...text.matchAll(/\/(?:run\/secrets\/[\w-]+|agent)/g)]))
      expect(mounted).toContain(place);
  });

  it.each(services)(
    "tells %s no variable that no agent reads, and none of them the coordinator's own token",
    (_, service) => {
      const names = Object.keys(service.environment ?? {}).filter((name) => name.startsWith("SPANGATE_"));
      for (const name of names) expect(agentVariables).toContain(name);
      if (names.length > 0) expect(service.secrets).not.toContain("token");
    },
  );

  it("publishes nothing beyond this machine", () => {
    for (const [, { ports = [] }] of services) for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
  });
});

it("sells twice to who can pay once", { timeout: 90_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), "spangate-compose-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const name of ["bank.js", "shop.js", "race.ts", "prepare.sh", "bank.sql"])
    cpSync(join(example, name), join(folder, name));
  installPacked(join(folder, "agent"));
  // What the services' image has, and the test's machine.
  symlinkSync(join(folder, "agent/node_modules"), join(folder, "node_modules"));
  execFileSync("sh", ["prepare.sh"], { cwd: folder, env: { PATH: path, HOME: folder }, stdio: "pipe" });

  const databaseUrl = await freshSchema();
  const database = new pg.Client(databaseUrl);
  await database.connect();
  onTestFinished(() => database.end());
  await database.query(readFileSync(join(folder, "bank.sql"), "utf8"));

  const [door, bankPort, shopPort] = [await freePort(), await freePort(), await freePort()];
  const here = (text: string) =>
    text
      .replace(/\/run\/secrets\/([\w-]+)/g, (_, name: string) => join(folder, compose.secrets[name]?.file ?? ""))
      .replace(/(^|[ =])\/agent\//g, `$1${folder}/agent/`)
      .replace(/^(--listen=)0\.0\.0\.0:7717$/, `$1127.0.0.1:${door}`)
      .replace(/(coordinator|localhost):7717/, `localhost:${door}`)
      .replace(/^postgres:\/\/postgres@database:5432\/bank$/, databaseUrl)
      .replace("//bank:3001", `//127.0.0.1:${bankPort}`)
      .replace(/^3001$/, String(bankPort))
      .replace(/^3000$/, String(shopPort));
  const run = (command: readonly string[], environment: Readonly<Record<string, string>> = {}) => {
    const env = Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, here(value)]));
    // Containers have nothing else of the test's environment.
    const script = new Script(
      ["env", "-i", ...Object.entries({ PATH: path, ...env }).map((it) => it.join("=")), ...command.map(here)],
      {},
      folder,
    );
    onTestFinished(() => script[Symbol.asyncDispose]());
    return script;
  };

  await run(coordinator?.command ?? []).said(/(ready at)/);
  const [, ...probe] = coordinator?.healthcheck?.test ?? [];
  expect((await run(probe).ended).exitCode).toBe(0);
  await Promise.all([
    run(bank?.command ?? [], bank?.environment).said(/(bank is open)/),
    run(shop?.command ?? [], shop?.environment).said(/(shop is open)/),
  ]);
  await untilAsync(
    "the shop answers",
    async () =>
      await fetch(`http://127.0.0.1:${shopPort}`, { method: "HEAD" }).then(
        () => true,
        () => undefined,
      ),
    10_000,
  );
  await database.query("UPDATE account SET balance = 10");
  const race = await run(["node", "race.ts"], {
    COORDINATOR: `localhost:${door}`,
    SHOP: `http://127.0.0.1:${shopPort}`,
  }).ended;
  expect(race.stdout + race.stderr).toContain("alice: sold, bob: sold. There was money for one purchase.");
  expect(race.exitCode).toBe(0);
});
