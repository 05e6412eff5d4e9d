// What the command is told by whoever has a token, or by what surrounds it: a terminal shows it and does nothing else, no
// secret is told, and everything comes to its own end.
import { execFileSync } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { at } from "../support/builders.ts";
import { fixture } from "../support/fixtures.ts";
import { ObedientAgent } from "../support/obedient-agent.ts";
import { openRequest, RunClient } from "../support/run-client.ts";
import { ScenarioFolder } from "../support/scenario-folder.ts";
import { call, main, Served, start } from "../support/spangate.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const evil = "evil\x1b]0;title\x07\x1b[2J\u009b2J\u202e\nsecond line";

it("shows what an agent says of itself, and commands no terminal", async () => {
  await using served = await Served.start();
  await using watching = start(["watch"], served.env);
  using client = new RunClient(served.at);
  using agent = await ObedientAgent.attach(served.at, evil);
  const run = client.open(openRequest([evil], [at(evil, "before", evil), at(evil, "finished")]));
  const runId = await run.opened();
  const step = client.next(runId);
  await run.begun(evil);
  const id = agent.arrive({ runId, actor: evil, checkpoints: [0], name: evil, phase: 1 });
  await step.answer;
  await watching.said(/(■)/);
  const told = [await call(["holds"], served.env), await call(["doctor"], served.env)];
  told.push(await call(["release", "--all"], served.env));
  await agent.released(id);
  agent[Symbol.dispose]();
  await watching.said(/(- evil)/);
  run.stream.cancel();
  watching.kill("SIGINT");
  told.push(await watching.ended);
  for (const { stdout, stderr } of told) {
    expect(stdout).toContain("evil");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there.
    expect(stdout + stderr).not.toMatch(/[\0-\x09\x0b-\x1f\x7f-\x9f\u202e]|^second line/m);
  }
});

it("goes on to its own end where nobody reads what it writes: with its teardown, and red where it is red", async () => {
  await using scenario = await ScenarioFolder.create();
  await scenario.write(
    "scenario.yaml",
    `starters: { a: { command: [node, -e, "process.exit(3)"] } }\norder: [a.finished]\n`,
  );
  const line = `node ${JSON.stringify(main)} run scenario.yaml | head -c 1 >/dev/null; echo "ended with \${PIPESTATUS[0]}"`;
  const told = execFileSync("bash", ["-c", line], {
    cwd: scenario.path,
    env: process.env,
    stdio: ["ignore", "pipe", "ignore"],
  });
  expect(String(told)).toBe("ended with 1\n");
});

it.skipIf(process.platform !== "linux")("says that it could not tell all, of a full disk", async () => {
  await using served = await Served.start();
  const { token, address } = served.at;
  const line = `node ${JSON.stringify(main)} holds > /dev/full; echo "ended with $?"`;
  const env = { ...process.env, SPANGATE_ADDRESS: address, SPANGATE_TOKEN: token };
  expect(String(execFileSync("bash", ["-c", line], { env }))).toBe("ended with 3\n");
});

it("ends a watch that nobody reads", async () => {
  await using served = await Served.start();
  const { token, address } = served.at;
  using agent = await ObedientAgent.attach(served.at, "first");
  const env = { ...process.env, SPANGATE_ADDRESS: address, SPANGATE_TOKEN: token };
  const line = `node ${JSON.stringify(main)} watch | head -n 1`;
  await using watching = start(["watch"], served.env);
  const told = new Promise<string>((resolve, reject) => {
    import("node:child_process").then(({ execFile }) =>
      execFile("bash", ["-c", line], { env }, (error, stdout) => (error ? reject(error) : resolve(stdout))),
    );
  });
  await watching.said(/first (attaches)/);
  const comeAndGo = setInterval(
    () => void ObedientAgent.attach(served.at, "next").then((it) => it[Symbol.dispose]()),
    50,
  );
  onTestFinished(() => clearInterval(comeAndGo));
  expect(await told).toContain("first attaches");
  agent[Symbol.dispose]();
});

it("never tells a token, also where it is none", async () => {
  const env = { SPANGATE_ADDRESS: "127.0.0.1:1", SPANGATE_TOKEN: "se\ncret" };
  const { exitCode, stdout, stderr } = await call(["holds"], env);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
  expect(stderr).toBe("spangate: SPANGATE_TOKEN has no token: one word of ASCII characters.\n");
});

it.skipIf(process.platform === "win32")("waits for no certificate's pipe, and reads no device", async () => {
  const pipe = join(await temporaryFolder(), "pipe");
  execFileSync("/bin/sh", ["-c", 'mkfifo "$1"', "sh", pipe]);
  const key = fixture("tls/server-key.pem");
  const served = await call(["serve", "--listen", "0.0.0.0:0", "--tls-cert", pipe, "--tls-key", key]);
  expect(served).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining("--tls-cert cannot be read: it is no regular"),
  });
  const env = { SPANGATE_TOKEN: "x" };
  const watched = await call(["watch", "--address", "127.0.0.1:1", "--tls-ca", "/dev/zero"], env);
  expect(watched).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining("--tls-ca cannot be read: it is no regular"),
  });
});

it("says what is missing around it: a place for its socket, one for its pages", async () => {
  const { exitCode, stderr } = await call(["serve"], { TMPDIR: "/nowhere" });
  expect({ exitCode, stderr }).toEqual({
    exitCode: 3,
    stderr: expect.stringContaining("Set TMPDIR to a folder that can be written"),
  });
  await using scenario = await ScenarioFolder.create();
  await scenario.write("pages", "a file");
  await scenario.write("a.yaml", `starters: { a: { command: [node, -e, ""] } }\norder: [a.finished]\n`);
  const run = await scenario.call("a.yaml", "--report", "pages");
  expect(run).toMatchObject({
    exitCode: 2,
    stdout: "",
    stderr: expect.stringContaining("--report: no page can be written"),
  });
});

it.skipIf(process.platform === "win32")("does what it can in a folder that was deleted", async () => {
  const place = join(await temporaryFolder(), "gone");
  await mkdir(place);
  const line = `cd "$1" && rm -r "$1" && exec node ${JSON.stringify(main)} --version`;
  expect(String(execFileSync("bash", ["-c", line, "bash", place], { stdio: ["ignore", "pipe", "ignore"] }))).toMatch(
    /^\d/,
  );
});
