// Two hosts: the coordinator and the test on one, services on the other, TLS between them, and a link that is cut.
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { Account } from "../support/bank.ts";
import { fixture } from "../support/fixtures.ts";
import { type Certificates, makeCertificates } from "../support/making-certificates.ts";
import { main } from "../support/spangate.ts";
import { TwoHosts, whyNoHosts } from "../support/two-hosts.ts";
import { until, untilAsync } from "../support/until.ts";

const reason = whyNoHosts();
const spangate = [process.execPath, main];
/** What is promised after a cut: twelve seconds, and what a busy machine adds. TCP's own keepalive would take twenty. */
const boundMs = 17_000;

interface Scene {
  readonly hosts: TwoHosts;
  readonly account: Account;
  /** What commands and tests on the coordinator's host need, and services on the other. */
  readonly near: Readonly<Record<string, string>>;
  readonly far: Readonly<Record<string, string>>;
  readonly connect: object;
}

/** With the hosts the one way round or the other. */
type Turnable = Omit<Scene, "hosts"> & { readonly hosts: Pick<TwoHosts, "here" | "there"> };

/** A coordinator by mutual TLS, on one of two hosts. */
async function scene(): Promise<Scene> {
  const hosts = new TwoHosts();
  onTestFinished(() => hosts[Symbol.dispose]());
  const account = await Account.open();
  onTestFinished(() => account.close());
  await account.reset(100);
  const files = makeCertificates(hosts.databaseFolder, `IP:${hosts.here.address}`);
  const door = ["--tls-cert", files.server.cert, "--tls-key", files.server.key, "--tls-client-ca", files.ca];
  const listen = ["--json", "--print-token", "--listen", `${hosts.here.address}:0`];
  const served = hosts.here.run([...spangate, "serve", ...listen, ...door], unset);
  const { address, token } = JSON.parse(await served.said(/^(\{.*\})\n/)) as { address: string; token: string };
  const secured = { SPANGATE_ADDRESS: address, ...variablesOf(files) };
  const agentTokenFile = join(hosts.databaseFolder, "agent-token");
  const told = await hosts.here.run([...spangate, "token"], { ...unset, SPANGATE_TOKEN: token }).ended;
  writeFileSync(agentTokenFile, told.stdout);
  const url = `postgres://postgres@/bank?host=${hosts.databaseFolder}&${new URL(account.url).searchParams}`;
  return {
    ...{ hosts, account },
    near: { ...unset, ...secured, SPANGATE_TOKEN: token },
    far: { ...unset, ...secured, AGENT_TOKEN_FILE: agentTokenFile, DATABASE_URL: url, HOST: hosts.there.address },
    connect: { address, token, tls: { ca: files.ca, ...files.agent } },
  };
}

const unset = { NODE_OPTIONS: "", SPANGATE_TOKEN: "", NO_COLOR: "1" };

function variablesOf({ ca, agent }: Certificates): Record<string, string> {
  return { SPANGATE_TLS_CA: ca, SPANGATE_TLS_CERT: agent.cert, SPANGATE_TLS_KEY: agent.key };
}

/** A replica of the bank on the other host. */
async function startBank({ hosts, far }: Turnable, hold: "flow" | "thread") {
  const options = ["--service", "bank", "--hold", hold, "--agent-token-file", far["AGENT_TOKEN_FILE"] ?? ""];
  const command = ["exec", ...options, "--", process.execPath, fixture("two-hosts/bank.js")];
  const script = hosts.there.run([...spangate, ...command], far);
  const port = await script.said(/listening on (\d+)/);
  return { script, url: `http://${hosts.there.address}:${port}` };
}

/** The test on the coordinator's host. */
function startRace({ hosts, near, connect }: Turnable, aliceUrl: string, bobUrl: string, stepTimeoutMs = 60_000) {
  const env = { COORDINATOR: JSON.stringify(connect), ALICE_URL: aliceUrl, BOB_URL: bobUrl };
  const race = hosts.here.run(
    [process.execPath, fixture("two-hosts/race.ts")],
    { ...near, ...env, STEP_TIMEOUT_MS: String(stepTimeoutMs) },
    "lines",
  );
  let answers = 0;
  return {
    step: (line: "next" | "finish") => {
      answers += 1;
      const before = `(?:.*\\n){${answers - 1}}`;
      race.tell(line);
      return race.said(new RegExp(`^${before}(.*)\\n`)).then((text) => JSON.parse(text) as Record<string, unknown>);
    },
  };
}

async function look({ hosts, near }: Scene, ...args: readonly string[]) {
  return await hosts.here.run([...spangate, ...args], near).ended;
}

const timeout = 60_000;

it.skipIf(reason)("removes what a run that was killed has left", () => {
  // No process has a number beyond the largest.
  const stale = "spangate-test-4194305-here";
  execFileSync("ip", ["netns", "add", stale]);
  using _ = new TwoHosts();
  expect(execFileSync("ip", ["netns", "list"], { encoding: "utf8" })).not.toContain(stale);
});

it.skipIf(reason)("knows the certificates that docs/many-machines.md makes", { timeout }, async () => {
  const { stdout } = await look(await scene(), "doctor", "--json");
  const certificates = stdout.split("\n").filter((line) => line.includes('"certificates"'));
  expect(certificates.map((line) => JSON.parse(line).level)).toEqual(["fine", "fine", "fine"]);
});

it.skipIf(reason).each(["flow", "thread"] as const)("loses an update across hosts: %s", { timeout }, async (mode) => {
  const at = await scene();
  const [one, other] = await Promise.all([startBank(at, mode), startBank(at, mode)]);
  const race = startRace(at, one.url, other.url);
  expect(await race.step("next")).toMatchObject({ value: { reached: true, actor: "alice", mode } });
  expect(await race.step("next")).toMatchObject({ value: { reached: true, actor: "bob", mode } });
  expect(await at.account.balance()).toBe(100);
  expect(await race.step("finish")).toEqual({ value: { alice: 200, bob: 200 } });
  expect(await at.account.balance()).toBe(90);
});

it.skipIf(reason).each(["flow", "thread"] as const)(
  "goes on after a short cut as if it had not been: %s",
  { timeout },
  async (mode) => {
    const at = await scene();
    const [one, other] = await Promise.all([startBank(at, mode), startBank(at, mode)]);
    const race = startRace(at, one.url, other.url);
    await race.step("next");
    at.hosts.cut();
    const second = race.step("next");
    await until("something is sent again over the cut link", () => at.hosts.here.isRepeating || undefined);
    at.hosts.mend();
    expect(await second).toMatchObject({ value: { reached: true, actor: "bob" } });
    expect(await race.step("finish")).toEqual({ value: { alice: 200, bob: 200 } });
    expect(await at.account.balance()).toBe(90);
  },
);

it.skipIf(reason).each(["flow", "thread"] as const)(
  "lets everything go after a long cut, says so, and takes a new service when the link is mended: %s",
  { timeout },
  async (mode) => {
    const at = await scene();
    const [one, other] = await Promise.all([startBank(at, mode), startBank(at, mode)]);
    const race = startRace(at, one.url, other.url);
    await race.step("next");
    at.hosts.cut();
    const since = performance.now();
    // Both sides find it out by themselves: the service goes on, and the coordinator drops its hold.
    const [failed] = await Promise.all([race.step("next"), one.script.said(/(withdrawn)/)]);
    expect(performance.now() - since).toBeLessThan(boundMs);
    expect(failed).toMatchObject({
      code: "ProcessDied",
      message: expect.stringMatching(
        /^The process bank \(pid \d+\) is lost while alice was in it: nothing was heard of it for 10 seconds/,
      ),
    });
    expect(await look(at, "holds")).toMatchObject({ exitCode: 0, stdout: "Nothing stands at a gate.\n" });
    expect((await look(at, "doctor", "--json")).stdout).toContain("No agent is attached.");

    at.hosts.mend();
    // The old ones work on without spangate, and a new one attaches.
    await startBank(at, mode);
    const { stdout } = await look(at, "doctor", "--json");
    expect(stdout.match(/"check":"agent","level":"fine","text":"bank/g)).toHaveLength(1);
    const balance = await at.account.balance();
    const again = startRace(at, one.url, other.url);
    expect(await again.step("next")).toMatchObject({ code: "NoAgent" });
    expect(await at.account.balance()).toBeLessThan(balance);
  },
);

it.skipIf(reason)("tells a step that is shorter than the bound who does not answer", { timeout }, async () => {
  const at = await scene();
  const [one, other] = await Promise.all([startBank(at, "flow"), startBank(at, "flow")]);
  const race = startRace(at, one.url, other.url, 2_000);
  await race.step("next");
  at.hosts.cut();
  expect(await race.step("next")).toMatchObject({ message: expect.stringContaining("the link to its machine is cut") });
});

it.skipIf(reason)(
  "lets go what a test on another host has held, when the link to that is cut",
  { timeout },
  async () => {
    const at = await scene();
    // The coordinator's host has the service, and the other one the test.
    const turned = { ...at, hosts: { here: at.hosts.there, there: at.hosts.here } };
    const bank = await startBank({ ...turned, far: { ...at.far, HOST: at.hosts.here.address } }, "flow");
    const race = startRace(turned, bank.url, bank.url);
    expect(await race.step("next")).toMatchObject({ value: { actor: "alice" } });
    expect((await look(at, "holds")).stdout).toContain("alice");
    at.hosts.cut();
    const since = performance.now();
    const failed = race.step("next");
    await bank.script.said(/(withdrawn)/);
    expect(performance.now() - since).toBeLessThan(boundMs);
    await untilAsync(
      "nothing stands",
      async () => (await look(at, "holds")).stdout.startsWith("Nothing") || undefined,
      boundMs,
    );
    expect(await failed).toMatchObject({ code: "CoordinatorGone" });
  },
);
