// Nothing that an application can see differs from OpenTelemetry alone: with an agent and no run, with rules that match
// nothing, and where every span is held and released at once. The drivers' own suites: test/transparency/README.md.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, inject, it } from "vitest";
import { modes, type Told } from "../transparency/modes.ts";

const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/transparency/${name}`, import.meta.url));
const unheld = ["idle", "passing"];
const withAgent = [...unheld, "released"];

interface Seen {
  readonly code: number | null;
  readonly stdout: string;
  /** The last line of an uncaught error differs in nothing but Node's version. */
  readonly error: string | undefined;
}

function play(command: readonly string[], env: Readonly<Record<string, string>>): Promise<Seen> {
  return new Promise((resolve) => {
    const child = execFile(
      "node",
      command,
      { env: { ...process.env, DATABASE_URL: inject("databaseUrl"), ...env } },
      (_, stdout, stderr) =>
        resolve({ code: child.exitCode, stdout, error: stderr.split("\n").find((line) => /^\w*[Ee]rror:/.test(line)) }),
    );
  });
}

async function playIn(mode: string, ...command: readonly string[]): Promise<{ seen: Seen; told: Told }> {
  let seen: Seen | undefined;
  const told = await modes[mode]?.(async (env) => {
    seen = await play(command, env);
  });
  if (!seen) throw new Error(`nothing was seen in the mode "${mode}"`);
  return { seen, told };
}

function expectTheSame(inModes: readonly string[], ...command: readonly string[]): void {
  it.each(inModes)("%s", async (mode) => {
    const { seen: expected } = await playIn("opentelemetry", ...command);
    const { seen, told } = await playIn(mode, ...command);
    expect(seen).toEqual(expected);
    expect(told?.agents).toBe(1);
    if (mode === "released") expect(told?.held).toBeGreaterThan(0);
    else expect(told?.held).toBe(0);
  });
}

describe("pg: results, errors, events, order, streams, contexts, pools, what nobody catches", () => {
  expectTheSame(withAgent, fixture("pg.cjs"));
});

describe.each(["5", "6"])("ioredis %s: what is sent where a connection comes up, fails or is closed", (version) => {
  expectTheSame(withAgent, fixture("ioredis.cjs"), version === "5" ? "" : version);
});

describe.each([
  "an unhandled rejection",
  "an exception in a callback",
  "an exit",
  "nothing left to do",
  "its connection's end",
])("a process that ends by %s", (end) => {
  expectTheSame(withAgent, fixture("ending.cjs"), end);
});

// A call that is held has returned before it can throw: its promise is rejected.
describe("a call that throws at once", () => {
  expectTheSame(unheld, fixture("ending.cjs"), "a call that throws at once");
});

describe("requests that are aborted", () => {
  expectTheSame(withAgent, fixture("aborts.mjs"));
});

describe("responses of undici's that come in one piece", () => {
  expectTheSame(withAgent, fixture("undici.mjs"));
});

describe("responses of one connection that wait for one another", () => {
  expectTheSame(withAgent, fixture("pipelining.mjs"));
});

// A head that is held with its end is told when the connection has done with the response.
describe("a response that its reader gives up at its head", () => {
  expectTheSame(unheld, fixture("undici.mjs"), "connections");
});
