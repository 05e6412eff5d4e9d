import { execFileSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { chown, readFile, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { openGateway } from "spangate";
import { expect, it, onTestFinished } from "vitest";
import { stateOf } from "../support/coordinator-process.ts";
import { failureOf } from "../support/failures.ts";
import { node } from "../support/fixtures.ts";
import { call, main, Served, start } from "../support/spangate.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

it("lets go what it holds at SIGTERM, and ends with 0 and without a trace", async () => {
  await using served = await Served.start();
  const socket = served.at.address.replace("unix:", "");
  await using gateway = await openGateway({ connect: served.at });
  await using service = start(["exec", "--service", "plain", "--", ...node("frameworks/plain.cjs")], served.env);
  const url = `http://127.0.0.1:${await service.said(/listening on (\d+)/)}/async`;
  const answer = Promise.withResolvers<Response>();
  const alice = gateway.starter("alice", () => {
    void fetch(url).then(answer.resolve, answer.reject);
    return answer.promise;
  });
  const runner = gateway.runner([alice], [alice.before("*", { kind: "server" })]);
  await runner.next();
  expect(await stateOf(served.at)).toMatchObject({ holds: [{ actor: "alice", service: "plain" }] });
  served.script.kill("SIGTERM");
  expect(await served.script.ended).toMatchObject({ exitCode: 0, signal: null, stderr: "" });
  expect((await answer.promise).status).toBe(200);
  expect(existsSync(socket)).toBe(false);
  expect(existsSync(dirname(served.tokenFile))).toBe(false);
});

it.each(["SIGINT", "SIGHUP"] as const)("ends with 0 at %s", async (signal) => {
  await using served = await Served.start();
  served.script.kill(signal);
  expect(await served.script.ended).toMatchObject({ exitCode: 0 });
});

it("tells people the same, and keeps its token in a file that others cannot read", async () => {
  await using script = start(["serve"]);
  const address = await script.said(/^spangate: ready at (unix:\S+)\n/);
  const file = await script.said(/SPANGATE_TOKEN="\$\(cat (\S+)\)"/);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const token = (await readFile(file, "utf8")).trim();
  await (await openGateway({ connect: { address, token } })).close();
  script.kill("SIGTERM");
  expect((await script.ended).stdout).not.toContain(token);
});

it("takes the token of a file, and leaves the file where it is", async () => {
  const file = join(await temporaryFolder(), "a token");
  await writeFile(file, "of-my-own\n", { mode: 0o600 });
  await using served = await Served.start("--listen", "127.0.0.1:0", "--token-file", file);
  expect(served.at).toEqual({ address: expect.stringMatching(/^127\.0\.0\.1:[1-9]\d*$/), token: "of-my-own" });
  await (await openGateway({ connect: served.at })).close();
  served.script.kill("SIGTERM");
  await served.script.ended;
  expect(await readFile(file, "utf8")).toBe("of-my-own\n");
});

it("refuses a token that others can read, and one that is none", async () => {
  const file = join(await temporaryFolder(), "token");
  await writeFile(file, "everybody's", { mode: 0o644 });
  const open = await call(["serve", "--token-file", file]);
  expect(open).toMatchObject({ exitCode: 2, stderr: expect.stringContaining(`chmod 600 ${file}`) });
  await writeFile(join(dirname(file), "empty"), "\n", { mode: 0o600 });
  const empty = await call(["serve", "--token-file", join(dirname(file), "empty")]);
  expect(empty).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("is empty") });
});

it("refuses a token that is another user's, or no file at all, and waits for neither", async () => {
  const file = join(await temporaryFolder(), "token");
  await writeFile(file, "known-to-another", { mode: 0o600 });
  if (process.getuid?.() === 0) {
    await chown(file, 65_534, 65_534);
    const foreign = await call(["serve", "--token-file", file]);
    expect(foreign).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("another user's") });
  }
  const pipe = join(dirname(file), "pipe");
  execFileSync("sh", ["-c", 'mkfifo -m 600 "$1"', "sh", pipe]);
  expect(await call(["serve", "--token-file", pipe])).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining("is no regular file"),
  });
  const dangling = join(dirname(file), "dangling");
  await symlink("nothing", dangling);
  expect(await call(["serve", "--token-file", dangling])).toMatchObject({ exitCode: 2 });
});

it.each([
  ["--listen", "foo"],
  ["--listen", "127.0.0.1:99999"],
  ["--ui-listen", "127.0.0.1:99999"],
])("refuses %s %s as no address", async (option, address) => {
  const { exitCode, stderr } = await call(["serve", "--ui", option, address]);
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining(`"${address}"`)]);
});

it("refuses an address beyond this machine", async () => {
  const { exitCode, stderr } = await call(["serve", "--listen", "0.0.0.0:7007"]);
  expect(exitCode).toBe(2);
  expect(stderr).toContain("Whoever reaches the coordinator can stop the services");
});

it("takes over the socket of a coordinator that was killed, and refuses a live one's", async () => {
  const socket = join(await temporaryFolder(), "coordinator.sock");
  const first = await Served.start("--listen", `unix:${socket}`);
  first.script.kill("SIGKILL");
  await first.script.ended;
  expect(existsSync(socket)).toBe(true);
  await using second = await Served.start("--listen", `unix:${socket}`);
  const third = await call(["serve", "--listen", `unix:${socket}`]);
  expect(third).toMatchObject({ exitCode: 3, stderr: expect.stringContaining("listens on") });
  await (await openGateway({ connect: second.at })).close();
});

it("removes no file that is no socket, and refuses a port that is taken", async () => {
  const file = join(await temporaryFolder(), "precious");
  await writeFile(file, "text");
  expect(await call(["serve", "--listen", `unix:${file}`])).toMatchObject({ exitCode: 2 });
  expect(await readFile(file, "utf8")).toBe("text");
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void other.close());
  const { port } = other.address() as { port: number };
  const { exitCode, stderr } = await call(["serve", "--listen", `127.0.0.1:${port}`]);
  expect(exitCode).toBe(3);
  expect(stderr).toContain("EADDRINUSE");
});

it.skipIf(process.platform === "win32")("can be run as a file of its own", async () => {
  expect(statSync(main).mode & 0o111).toBe(0o111);
  expect((await readFile(main, "utf8")).startsWith("#!/usr/bin/env node\n")).toBe(true);
});

it("serves a page where it is asked to, and tells its address, with the token only where that is asked for", async () => {
  await using script = start(["serve", "--ui"]);
  const url = await script.said(/^The page: {3}(http:\/\/127\.0\.0\.1:\d+\/) {2}\(asks for the token\)$/m);
  expect((await fetch(url)).status).toBe(200);
  await using served = await Served.start("--ui");
  expect(served.ui).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#token=./);
  expect(decodeURIComponent(new URL(served.ui).hash)).toBe(`#token=${served.at.token}`);
  script.kill("SIGTERM");
  expect((await script.ended).exitCode).toBe(0);
  expect(await failureOf(fetch(url))).toBeInstanceOf(TypeError);
});

it.each([
  [["--step"], "--step is about the page: give --ui too."],
  [["--ui-listen", "127.0.0.1:0"], "--ui-listen is about the page: give --ui too."],
  [["--ui", "--ui-listen", "0.0.0.0:0"], "is no loopback HOST:PORT"],
])("refuses %j", async (options, message) => {
  expect(await call(["serve", ...options])).toMatchObject({ exitCode: 2, stderr: expect.stringContaining(message) });
});

it("says of a run that it waits for a hand while nobody looks; holds and watch say so too", async () => {
  await using served = await Served.start("--ui", "--step");
  await using gateway = await openGateway({ connect: served.at });
  await using watching = start(["watch"], served.env);
  const alice = gateway.starter("alice", () => "a");
  const waits = failureOf(gateway.runner([alice], [alice.started]).next());
  const run = await watching.said(/! run ([0-9a-f]+) waits for a hand: its test has called next\(\)/);
  const told = `Run ${run} waits for a hand: its test has called next(). Let it go on in the page.\n`;
  expect(await call(["holds"], served.env)).toMatchObject({ exitCode: 0, stderr: told });
  served.script.kill("SIGTERM");
  const { exitCode, stderr } = await served.script.ended;
  const page = served.ui.replace(/#.*/, "");
  expect([exitCode, stderr]).toEqual([
    0,
    `spangate: run ${run} of alice waits for a hand, and no page is open: ${page}\n`,
  ]);
  // Nothing waits for a coordinator that has ended.
  expect(await waits).toMatchObject({ code: expect.stringMatching(/^(RunnerEnded|CoordinatorGone)$/) });
});
