// The test process is killed, or ends badly: it owns services and process starters, behind shells.
import { describe, expect, it } from "vitest";
import { CoordinatorProcess, stateOf } from "../support/coordinator-process.ts";
import { node } from "../support/fixtures.ts";
import { phases } from "../support/phases.ts";
import { isAlive, untilGone } from "../support/pids.ts";
import { Reports } from "../support/reports.ts";
import { Script } from "../support/scripts.ts";
import { untilAsync } from "../support/until.ts";

describe.each(phases)("the test process dies by SIGKILL: $phase", ({ phase, event, count }) => {
  it("leaves none of its processes, nor their shells", async () => {
    using reports = new Reports();
    await using owner = new Script(node("owner.ts"), { ...reports.env, PHASE: phase });
    await reports.until(event, count);
    const { pids } = reports;
    owner.kill("SIGKILL");
    await untilGone(pids);
  });

  it("leaves none of them, and no hold, where the coordinator lives on", async () => {
    using reports = new Reports();
    await using coordinator = await CoordinatorProcess.start();
    const env = { ...reports.env, PHASE: phase, COORDINATOR: JSON.stringify(coordinator.at) };
    await using owner = new Script(node("owner.ts"), env);
    await reports.until(event, count);
    const { pids } = reports;
    owner.kill("SIGKILL");
    await untilGone(pids);
    await untilAsync("nothing is held and nobody attached", async () => {
      const { holds, agents } = await stateOf(coordinator.at);
      return holds.length === 0 && agents.length === 0 ? true : undefined;
    });
  });
});

describe("the test ends badly while something is held", () => {
  it.each([
    { ending: "throw", exitCode: 1, meaning: "its gateway goes out of scope" },
    { ending: "exit", exitCode: 3, meaning: "it calls process.exit()" },
  ])("leaves no process, and keeps its exit code: $meaning", async ({ ending, exitCode }) => {
    using reports = new Reports();
    await using owner = new Script(node("owner.ts"), { ...reports.env, PHASE: "held", ENDING: ending });
    await reports.first("held");
    const { pids } = reports;
    expect((await owner.ended).exitCode).toBe(exitCode);
    await untilGone(pids);
  });

  it.each(["SIGTERM", "SIGINT"] as const)("leaves no process after %s", async (signal) => {
    using reports = new Reports();
    await using owner = new Script(node("owner.ts"), { ...reports.env, PHASE: "held" });
    await reports.first("held");
    const { pids } = reports;
    owner.kill(signal);
    expect((await owner.ended).signal).toBe(signal);
    await untilGone(pids);
  });
});

it("lets a process that was only attached go on without spangate", async () => {
  using reports = new Reports();
  await using owner = new Script(node("attaching-owner.ts"), reports.env);
  const { environment } = await reports.first("gateway");
  await using attached = new Script(node("service.js"), { ...reports.env, ...(environment as object) });
  await reports.first("held");
  owner.kill("SIGKILL");
  await reports.first("running");
  const { port } = await reports.first("listening");
  expect(await (await fetch(`http://127.0.0.1:${port}/spans`)).text()).toBe("done");
  expect(isAlive(attached.pid)).toBe(true);
});
