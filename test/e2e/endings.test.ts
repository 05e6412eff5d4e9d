// How a gateway ends its processes: it lets them go, then SIGTERM, then SIGKILL. A thread that is held cannot run its
// SIGTERM handler.
import { expect, it } from "vitest";
import { openGateway } from "../../src/index.ts";
import { node, shell } from "../support/fixtures.ts";
import { isAlive, untilGone } from "../support/pids.ts";
import { Reports } from "../support/reports.ts";
import { Script } from "../support/scripts.ts";

const commands = [
  { how: "by itself", command: node },
  { how: "behind a shell", command: shell },
];
const ready = /listening on (\d+)/;

it.each(commands)("lets a held service go before SIGTERM, so that its handler runs: $how", async ({ command }) => {
  using reports = new Reports();
  const gateway = await openGateway();
  const env = { ...reports.env, ON_SIGTERM: "exit" };
  const service = await gateway.service("service", command("service.js"), { ready, env, hold: "thread" });
  const caller = gateway.starter("caller", () => fetch(`${service.url}/running`));
  const runner = gateway.runner([caller], [caller.after("work")]);
  await runner.next();
  await gateway.close();
  expect(reports.all.map(({ event }) => event)).toEqual(["listening", "entered", "running", "sigterm"]);
  await untilGone(reports.pids);
});

it.each(commands)("ends a service by SIGKILL that does not heed SIGTERM: $how", async ({ command }) => {
  using reports = new Reports();
  const gateway = await openGateway();
  const env = { ...reports.env, ON_SIGTERM: "ignore" };
  await gateway.service("service", command("service.js"), { ready, env, stopTimeoutMs: 300, hold: "thread" });
  await gateway.close();
  await reports.first("sigterm");
  await untilGone(reports.pids);
});

it("ends a held service that is stopped by itself", async () => {
  using reports = new Reports();
  await using gateway = await openGateway();
  const env = { ...reports.env, ON_SIGTERM: "exit" };
  const service = await gateway.service("service", node("service.js"), {
    ready,
    env,
    stopTimeoutMs: 300,
    hold: "thread",
  });
  const caller = gateway.starter("caller", () => fetch(`${service.url}/running`));
  const runner = gateway.runner([caller], [caller.after("work")]);
  await runner.next();
  await service.stop();
  await untilGone(reports.pids);
});

it.each([undefined, "127.0.0.1:0"])("does not wait for a process that hears nothing: %s", async (listen) => {
  const gateway = await openGateway(listen === undefined ? {} : { listen });
  await using attached = new Script(node("burst.js"), gateway.environment("burst", {}));
  await attached.said(ready);
  attached.kill("SIGSTOP");
  await gateway.close();
  expect(isAlive(attached.pid)).toBe(true);
});
