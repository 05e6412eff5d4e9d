// The preload without a coordinator: nothing at all without SPANGATE_ADDRESS, one clear line when it does not answer.
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { describe, expect, it } from "vitest";
import { openGateway } from "../../src/index.ts";
import { node } from "../support/fixtures.ts";
import { type Ended, Script } from "../support/scripts.ts";

const register = createRequire(import.meta.url).resolve("spangate/register");
const preload = { NODE_OPTIONS: `--require ${JSON.stringify(register)}` };

// Well below the default of 10,000, so that it shows which of the two counted.
// Long enough for a busy machine to try once: only then is there a cause to tell.
const patience = { SPANGATE_CONNECT_TIMEOUT_MS: "3000" };

describe("without SPANGATE_ADDRESS", () => {
  it.each([{ SPANGATE_ADDRESS: undefined }, { SPANGATE_ADDRESS: "" }])("leaves npm as it is: %o", async (address) => {
    const npm = ["npm", "--version"];
    const plain = await run(npm, { NODE_OPTIONS: "" });
    expect(plain.stdout).toMatch(/^\d+\./);
    expect(await run(npm, { ...preload, ...address })).toEqual(plain);
  });

  it("leaves no trace in the process but its one file", async () => {
    const look = node("inert.cjs");
    const plain = JSON.parse((await run(look, { NODE_OPTIONS: "" })).stdout);
    const preloaded = JSON.parse((await run(look, preload)).stdout);
    expect(preloaded).toEqual({ ...plain, cached: [register, ...plain.cached] });
  });
});

describe("when the coordinator does not answer", () => {
  it("ends a process with one clear line, in time, where nobody listens", async () => {
    const ended = await run(node("job.js"), { ...preload, ...patience, SPANGATE_ADDRESS: "127.0.0.1:1" });
    expectOneLine(ended, "127.0.0.1:1", "ECONNREFUSED");
  });

  it("does so where a Unix socket is not there", async () => {
    const address = "unix:/nonexistent/coordinator.sock";
    const ended = await run(node("job.js"), {
      ...preload,
      SPANGATE_ADDRESS: address,
      ...patience,
    });
    expectOneLine(ended, address, "ENOENT");
  });

  it("does so where somebody listens and never says a word", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as { port: number };
    const address = `127.0.0.1:${port}`;
    const ended = await run(node("job.js"), {
      ...preload,
      SPANGATE_ADDRESS: address,
      ...patience,
    });
    server.close();
    expectOneLine(ended, address, "did not answer in time");
  });

  it("says that the token is wrong", async () => {
    await using gateway = await openGateway();
    const env = { ...gateway.environment("job", {}), SPANGATE_TOKEN: "wrong" };
    expectOneLine(await run(node("job.js"), env), gateway.coordinator.address, "token is missing or wrong");
  });
});

async function run(command: readonly string[], env: Readonly<Record<string, string | undefined>>): Promise<Ended> {
  const since = performance.now();
  await using script = new Script(command, { REPORT_FILE: "/dev/null", ...env });
  const ended = await script.ended;
  expect(performance.now() - since).toBeLessThan(9_000);
  return ended;
}

function expectOneLine({ exitCode, stdout, stderr }: Ended, ...parts: readonly string[]): void {
  expect(exitCode).toBe(1);
  expect(stdout).toBe("");
  expect(stderr).toMatch(/^spangate: [^\n]+\n$/);
  for (const part of parts) expect(stderr).toContain(part);
}
