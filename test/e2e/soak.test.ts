// The soak in short: it goes through, with everything that it plays, kills and looks at.
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { Script } from "../support/scripts.ts";
import { whyNot } from "../support/servers.ts";

const main = fileURLToPath(new URL("../soak/main.ts", import.meta.url));
const missing = await whyNot("redis");

describe.skipIf(missing !== undefined)(missing ?? "the soak", () => {
  it("leaves nothing, and nothing fails that should not", { timeout: 300_000 }, async () => {
    await using soak = new Script([process.execPath, main, "--minutes", "0.3", "--seed", "7"], {
      NODE_OPTIONS: undefined,
    });
    const { exitCode, stdout, stderr } = await soak.ended;
    expect(stderr + stdout).toContain("Nothing leaked, nothing failed that should not.");
    expect(exitCode).toBe(0);
  });

  it("says how it is used", async () => {
    const { exitCode, stderr } = await new Script([process.execPath, main, "--minutes", "long"], {}).ended;
    expect(stderr).toContain("--minutes N");
    expect(exitCode).toBe(2);
  });
});
