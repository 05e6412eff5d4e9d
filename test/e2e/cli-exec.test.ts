import { spawn } from "node:child_process";
import { chmod, cp, writeFile } from "node:fs/promises";
import { constants } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { openGateway } from "spangate";
import { expect, it } from "vitest";
import { fixture, node } from "../support/fixtures.ts";
import { call, main, Served, start } from "../support/spangate.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** Nobody listens there: what is no Node process needs no coordinator. */
const nowhere = { SPANGATE_ADDRESS: "unix:/nowhere", SPANGATE_TOKEN: "none" };

it("makes a command a service that actors can be held in", async () => {
  await using served = await Served.start();
  const place = join(await temporaryFolder(), "frameworks with spaces");
  await cp(fixture("frameworks"), place, { recursive: true });
  await using service = start(["exec", "--service", "plain", "--", process.execPath, join(place, "plain.cjs")], {
    ...served.env,
    NODE_PATH: join(import.meta.dirname, "../../node_modules"),
  });
  const port = await service.said(/listening on (\d+)/);
  await using gateway = await openGateway({ connect: served.at });
  const alice = gateway.starter("alice", () => fetch(`http://127.0.0.1:${port}/async`));
  await using runner = gateway.runner([alice], [alice.before("*", { kind: "server" })]);
  expect(await runner.next()).toMatchObject({ arrival: { service: "plain", mode: "flow" } });
  await runner.finish();
});

it("tells the agent what the options say, and keeps the NODE_OPTIONS that there are", async () => {
  const print = 'printf "%s\\n" "$SPANGATE_SERVICE" "$SPANGATE_HOLD" "$SPANGATE_SPAWNED" "$NODE_OPTIONS"';
  const given = { ...nowhere, OTEL_SERVICE_NAME: "by-otel" };
  const plain = await call(["exec", "sh", "-c", print], given);
  expect(plain.stdout).toMatch(/^by-otel\nflow\n\n--require \S+register\.cjs\n$/);
  const told = await call(["exec", "--service", "bank", "--hold", "thread", "--", "sh", "-c", print], given);
  expect(told.stdout).toMatch(/^bank\nthread\n/);
});

it("gives the command its own input and output, and its exit code back", async () => {
  const child = spawn(process.execPath, [main, "exec", "--", "sh", "-c", "cat; echo wrong >&2; exit 7"], {
    env: { ...process.env, ...nowhere },
  });
  child.stdin.end("through");
  const ended = new Promise((resolve) => child.on("close", resolve));
  expect(await Promise.all([text(child.stdout), text(child.stderr), ended])).toEqual(["through", "wrong\n", 7]);
});

it.each(["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR2"] as const)("hands %s on", async (signal) => {
  // It only waits by then: dash loses a signal that comes while it starts a command.
  const script = `trap 'kill -KILL $!; echo got ${signal}; exit 9' ${signal.slice(3)}; sleep 60 >/dev/null 2>&1 & echo ready now; wait`;
  await using exec = start(["exec", "--", "sh", "-c", script], nowhere);
  await exec.said(/(ready)/);
  exec.kill(signal);
  expect(await exec.ended).toMatchObject({ exitCode: 9, stdout: expect.stringContaining(`got ${signal}`) });
});

it("tells by its exit code which signal ended the command", async () => {
  const { exitCode, signal } = await call(["exec", "--", "sh", "-c", "kill -KILL $$"], nowhere);
  expect({ exitCode, signal }).toEqual({ exitCode: 128 + constants.signals.SIGKILL, signal: null });
});

it("ends with 127 where there is no such command, and with 126 where it cannot be run", async () => {
  const missing = await call(["exec", "--", "no-such-command"], nowhere);
  expect(missing).toMatchObject({ exitCode: 127, stderr: "spangate: no-such-command: there is no such command.\n" });
  const file = join(await temporaryFolder(), "text");
  await writeFile(file, "text");
  await chmod(file, 0o644);
  const text = await call(["exec", "--", file], nowhere);
  expect(text).toMatchObject({ exitCode: 126, stderr: expect.stringContaining("it cannot be run") });
});

it("takes no option of the command for its own", async () => {
  const { stdout } = await call(["exec", "echo", "--service", "x", "--help"], nowhere);
  expect(stdout).toBe("--service x --help\n");
});

it("starts nothing without a coordinator to name", async () => {
  const { exitCode, stdout, stderr } = await call(["exec", "--", "echo", "started"]);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
  expect(stderr).toContain("set SPANGATE_ADDRESS");
  const noToken = await call(["exec", "--", "echo"], { SPANGATE_ADDRESS: "unix:/nowhere" });
  expect(noToken).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("SPANGATE_TOKEN") });
});

it("does not hide that its service cannot reach the coordinator", async () => {
  const { exitCode, stderr } = await call(["exec", "--", ...node("app.cjs")], {
    ...nowhere,
    SPANGATE_CONNECT_TIMEOUT_MS: "300",
  });
  expect(exitCode).not.toBe(0);
  expect(stderr).toContain("unix:/nowhere");
});
