// A process under test is killed; the run's step fails with that fact, and nothing is held any more.
import { expect, it } from "vitest";
import { openGateway } from "../../src/index.ts";
import { stateOf } from "../support/coordinator-process.ts";
import { failureOf } from "../support/failures.ts";
import { node, shell, tellingAttach } from "../support/fixtures.ts";
import { untilGone } from "../support/pids.ts";
import { Reports } from "../support/reports.ts";

const ready = /listening on (\d+)/;
const phases = [
  { phase: "before", event: "entered" },
  { phase: "held", event: "entered" },
  { phase: "running", event: "running" },
];
const services = [node, shell].flatMap((command) => phases.map((it) => ({ ...it, command, how: command.name })));

it.each(services)("fails the step when a service dies: $phase, $how", async ({ phase, event, command }) => {
  using reports = new Reports();
  await using gateway = await openGateway();
  const service = await gateway.service("service", command("service.js"), { ready, env: reports.env, hold: "thread" });
  const caller = gateway.starter("caller", () => fetch(`${service.url}/${phase}`));
  const runner = gateway.runner([caller], [caller.after("work"), caller.after("more")]);

  if (phase !== "before") await runner.next();
  const underWay = phase === "held" ? undefined : failureOf(runner.next());
  await reports.until(event);
  const { pids } = reports;
  service.kill();
  await untilGone(pids);
  expect(await (underWay ?? failureOf(runner.next()))).toMatchObject({ code: "ProcessDied" });
  expect(await stateOf(gateway.coordinator)).toEqual({ holds: [], agents: [] });
});

it.each(phases)("fails the step when a process starter dies: $phase", async ({ phase, event }) => {
  using reports = new Reports();
  await using gateway = await openGateway();
  const env = { ...reports.env, STOP_AT: phase };
  const job = gateway.starter.process("job", node("job.js"), { env });
  const runner = gateway.runner([job], [job.after("work"), job.after("more")]);

  if (phase !== "before") await runner.next();
  const underWay = phase === "held" ? undefined : failureOf(runner.next());
  const { pid } = (await reports.until(event)).at(0) ?? {};
  process.kill(Number(pid), "SIGKILL");
  await untilGone([Number(pid)]);
  const failure = await (underWay ?? failureOf(runner.next()));
  expect(failure).toMatchObject({ code: "ProcessDied", message: expect.stringContaining(`pid ${pid}`) });
  expect(await stateOf(gateway.coordinator)).toEqual({ holds: [], agents: [] });
});

it("tells that a service died while it attached", async () => {
  using reports = new Reports();
  await using gateway = await openGateway();
  const service = failureOf(
    gateway.service("service", tellingAttach(node("service.js")), {
      ready,
      env: reports.env,
      hold: "thread",
    }),
  );
  const { pid } = await reports.first("attaching");
  process.kill(pid, "SIGKILL");
  expect(await service).toMatchObject({ code: "ServiceNotReady", message: expect.stringContaining("SIGKILL") });
  await untilGone([pid]);
});

it("tells that a process starter died while it attached", async () => {
  using reports = new Reports();
  await using gateway = await openGateway();
  const job = gateway.starter.process("job", tellingAttach(node("job.js")), { env: reports.env });
  const runner = gateway.runner([job], [job.after("work")]);
  const underWay = failureOf(runner.next());
  const { pid } = await reports.first("attaching");
  process.kill(pid, "SIGKILL");
  // Its agent may have attached by then, or not.
  expect(await underWay).toMatchObject({ message: expect.stringContaining("SIGKILL") });
  expect(await stateOf(gateway.coordinator)).toEqual({ holds: [], agents: [] });
});

it("leaves the run of another service in peace", async () => {
  using reports = new Reports();
  await using gateway = await openGateway();
  const options = { hold: "thread" as const, ready, env: reports.env };
  const [used, unused] = await Promise.all([
    gateway.service("used", node("service.js"), options),
    gateway.service("unused", node("service.js"), options),
  ]);
  const caller = gateway.starter("caller", () => fetch(`${used.url}/spans`));
  const runner = gateway.runner([caller], [caller.before("work"), caller.after("work")]);
  await runner.next();
  unused.kill();
  await untilGone([unused.pid]);
  expect(await runner.next()).toMatchObject({ reached: true });
  expect((await runner.finish()).caller.status).toBe(200);
});
