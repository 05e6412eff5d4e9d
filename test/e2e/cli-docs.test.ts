// The transcripts of docs/cli.md, typed anew: in the folder of an application, where alice and bob stand at a gate.
import { spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { openGateway } from "spangate";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Account } from "../support/bank.ts";
import { fixture } from "../support/fixtures.ts";
import { main, Served, start } from "../support/spangate.ts";
import { inOneLine, patternOf, type Typed, transcriptsOf } from "../support/transcripts.ts";
import { until } from "../support/until.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const typed = transcriptsOf(await readFile(join(root, "docs/cli.md"), "utf8"));

let folder: string;
let env: Readonly<Record<string, string | undefined>>;
/** What has to be ended, the last first. */
const ends: (() => unknown)[] = [];
afterAll(async () => {
  for (const end of ends.toReversed()) await end();
});

function use<It extends AsyncDisposable>(it: It): It {
  ends.push(() => it[Symbol.asyncDispose]());
  return it;
}

/** Somebody's application: README's bank and its scenario, fastify beside it, certificates, and spangate on the path. */
async function layOut(): Promise<string> {
  const application = await mkdtemp(join(tmpdir(), "application-"));
  const packages = join(application, "node_modules");
  const readme = await readFile(join(root, "README.md"), "utf8");
  const [, bank = ""] = /<!-- file: bank\.mjs -->\n```\w+\n(.*?)```/s.exec(readme) ?? [];
  await writeFile(join(application, "bank.mjs"), bank);
  const scenarios = await readFile(join(root, "docs/scenario.md"), "utf8");
  const [, lostUpdate = ""] = /<!-- file: lost-update\.yaml -->\n```\w+\n(.*?)```/s.exec(scenarios) ?? [];
  await writeFile(join(application, "lost-update.yaml"), lostUpdate);
  await writeFile(join(application, "package.json"), JSON.stringify({ dependencies: { pg: "8", fastify: "5" } }));
  await mkdir(join(packages, "@opentelemetry"), { recursive: true });
  for (const name of ["pg", "fastify", "@opentelemetry/api"])
    await symlink(join(root, "node_modules", name), join(packages, name));
  for (const part of ["package.json", "dist/agent/register.cjs"])
    await cp(join(root, part), join(packages, "spangate", part));
  for (const [name, from] of Object.entries({ ca: "ca", cert: "server", key: "server-key" }))
    await cp(fixture(`tls/${from}.pem`), join(application, `${name}.pem`));
  await mkdir(join(packages, ".bin"));
  await symlink(main, join(packages, ".bin", "spangate"));
  return application;
}

beforeAll(async () => {
  folder = await layOut();
  ends.push(() => rm(folder, { recursive: true, force: true }));
  const account = await Account.open();
  ends.push(() => account.close());
  const served = use(await Served.start());
  const service = use(
    start(
      ["exec", "--service", "bank", "--", "node", "bank.mjs"],
      { ...served.env, DATABASE_URL: account.url },
      folder,
    ),
  );
  const url = `http://127.0.0.1:${await service.said(/listening on (\d+)/)}`;
  const gateway = use(await openGateway({ connect: served.at }));
  const alice = gateway.starter("alice", () => fetch(url, { method: "POST" }));
  const bob = gateway.starter("bob", () => fetch(url, { method: "POST" }));
  const read = "pg.query:SELECT *";
  const order = [alice.after(read), bob.after(read), alice.finished, bob.finished];
  const runner = gateway.runner([alice, bob], order);
  await runner.next();
  await runner.next();
  env = {
    ...process.env,
    ...served.env,
    NODE_OPTIONS: undefined,
    DATABASE_URL: account.url,
    PATH: [join(folder, "node_modules/.bin"), process.env["PATH"]].join(delimiter),
  };
});

let lastExitCode: number | null = null;

async function type({ line, interruptedAt }: Typed): Promise<string> {
  // A group of its own, as a shell makes it: Ctrl-C is for all of it.
  const shell = spawn("sh", ["-c", line], { cwd: folder, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  let written = "";
  for (const stream of [shell.stdout, shell.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      written += text;
    });
  }
  let isOver = false;
  const ended = new Promise<number | null>((resolve) => shell.on("close", resolve)).finally(() => {
    isOver = true;
  });
  if (interruptedAt !== undefined) {
    const awaited = patternOf(interruptedAt);
    await until(`the output of ${line}`, () => isOver || awaited.test(inOneLine(written)) || undefined, 10_000).catch(
      () => expect(inOneLine(written)).toMatch(awaited),
    );
    // Whoever looks at spans uses the service meanwhile.
    const [, port] = (line.startsWith("spangate spans") && /listening on (\d+)/.exec(written)) || [];
    if (port) await fetch(`http://127.0.0.1:${port}`, { method: "POST" });
    if (!isOver) process.kill(-(shell.pid ?? Number.NaN), "SIGINT");
  }
  lastExitCode = await ended;
  return written;
}

it("finds transcripts", () => {
  expect(typed.length).toBeGreaterThan(10);
});

it.skipIf(process.platform === "win32").each(typed)("$line", async (it) => {
  const written = it.line === "echo $?" ? String(lastExitCode) : await type(it);
  expect(inOneLine(written)).toMatch(it.line === "echo $?" ? new RegExp(`^${it.output}$`) : patternOf(it.output));
});
