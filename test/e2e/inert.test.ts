// The preload without a coordinator: nothing at all without SPANGATE_ADDRESS, one clear line when it does not answer.
import { createServer } from "node:net";
import { describe, expect, it } from "vitest";
import { openGateway } from "../../src/index.ts";
import { expectOneLine, patience, preload, register, run } from "../support/attaching.ts";
import { node } from "../support/fixtures.ts";

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

it("says that the gateway's own token is none of an agent's", async () => {
  await using gateway = await openGateway();
  const { address, token } = gateway.coordinator;
  const env = { ...gateway.environment("job", {}), SPANGATE_TOKEN: token };
  expectOneLine(await run(node("job.js"), env), address, "cannot be agents");
});
