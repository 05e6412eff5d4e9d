// A coordinator in a process of its own is killed; the test process, with its services, lives on.
import { expect, it } from "vitest";
import { openGateway, together } from "../../src/index.ts";
import { CoordinatorProcess } from "../support/coordinator-process.ts";
import { failureOf } from "../support/failures.ts";
import { node, shell, tellingAttach } from "../support/fixtures.ts";
import { isAlive, untilGone } from "../support/pids.ts";
import { Reports } from "../support/reports.ts";
import { Script } from "../support/scripts.ts";

const ready = /listening on (\d+)/;

it.each([
  { phase: "before", event: "entered", count: 2 },
  { phase: "held", event: "held", count: 0 },
  { phase: "running", event: "running", count: 2 },
])("ends the gateway's processes and fails the step with CoordinatorGone: $phase", async ({ phase, event, count }) => {
  using reports = new Reports();
  await using coordinator = await CoordinatorProcess.start();
  await using gateway = await openGateway({ connect: coordinator.at });
  const service = await gateway.service("service", shell("service.js"), { ready, env: reports.env, hold: "thread" });
  const env = { ...reports.env, STOP_AT: phase };
  const job = gateway.starter.process("job", shell("job.js"), { env });
  const caller = gateway.starter("caller", () => fetch(`${service.url}/${phase}`));
  const runner = gateway.runner([job, caller], [together(job.after("work"), caller.after("work"))]);

  if (phase !== "before") await runner.next();
  // The step that is under way when the coordinator dies; while something is held there is none, so the next one tells.
  const underWay = phase === "held" ? undefined : failureOf(runner.next());
  await reports.until(event, count);
  const { pids } = reports;
  coordinator.kill();
  await untilGone(pids);
  expect(await (underWay ?? failureOf(runner.next()))).toMatchObject({ code: "CoordinatorGone" });
});

it("ends a process that attaches", async () => {
  using reports = new Reports();
  await using coordinator = await CoordinatorProcess.start();
  await using gateway = await openGateway({ connect: coordinator.at });
  // It takes connections and answers nothing: whoever attaches now waits.
  coordinator.kill("SIGSTOP");
  const service = failureOf(gateway.service("service", tellingAttach(node("service.js")), { ready, env: reports.env }));
  await reports.first("attaching");
  coordinator.kill("SIGKILL");
  expect(await service).toMatchObject({ code: "ServiceNotReady" });
  await untilGone(reports.pids);
});

it("lets a held process that was only attached go on, and stops it no more", async () => {
  using reports = new Reports();
  await using coordinator = await CoordinatorProcess.start();
  await using gateway = await openGateway({ connect: coordinator.at });
  await using attached = new Script(node("service.js"), {
    ...reports.env,
    ...gateway.environment("attached", {}, { hold: "thread" }),
  });
  const { port } = await reports.first("listening");
  const caller = gateway.starter("caller", () => fetch(`http://127.0.0.1:${port}/spans`));
  const runner = gateway.runner([caller], [caller.before("work"), caller.after("work")]);
  await runner.next();
  coordinator.kill();
  await reports.first("running");
  expect(isAlive(attached.pid)).toBe(true);
  expect(await failureOf(runner.next())).toMatchObject({ code: "CoordinatorGone" });
  // The very identity that was held before passes freely.
  const headers = { baggage: "spangate.run=1,spangate.actor=caller" };
  expect(await (await fetch(`http://127.0.0.1:${port}/spans`, { headers })).text()).toBe("done");
});

it("does not open a gateway where the coordinator is gone", async () => {
  const coordinator = await CoordinatorProcess.start();
  await coordinator[Symbol.asyncDispose]();
  const gateway = openGateway({ connect: coordinator.at, connectTimeoutMs: 300 });
  expect(await failureOf(gateway)).toMatchObject({ code: "CoordinatorUnreachable" });
});
