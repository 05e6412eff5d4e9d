// The drivers' own test suites: what to run in a checkout.
import { globSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** One process of a suite. */
export interface Part {
  readonly command: readonly string[];
  readonly cwd: string;
  /** What its tests' titles begin with, where they don't tell their file. */
  readonly prefix?: string | undefined;
  /** True where the lines of its output are its results; elsewhere a reporter writes them. */
  readonly tellsByOutput?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  /** How long it may take before it is killed; ten minutes by default. */
  readonly limitMs?: number;
}

export interface Suite {
  /** @param only a part of a file's path: the others are left out */
  parts(folder: string, only: string): readonly Part[];
}

interface MochaOptions {
  readonly options?: readonly string[];
  readonly nodeOptions?: readonly string[];
  /** Files that may bring their process down. */
  readonly alone?: readonly string[];
  /** Files that are part of every process. */
  readonly before?: readonly string[];
}

const reporter = (name: string) => fileURLToPath(new URL(`reporters/${name}`, import.meta.url));

/** A mocha suite is one process, and one for each file that may bring it down. */
function mocha(
  files: readonly string[],
  { options = [], nodeOptions = [], alone = [], before = [] }: MochaOptions = {},
): Suite {
  return {
    parts: (folder, only) => {
      const command = ["node", ...nodeOptions, mochaOf(folder), "--reporter", reporter("mocha.cjs"), ...options];
      const all = pick(folder, files, only);
      const together = all.filter((file) => !alone.includes(file));
      const groups = [together, ...all.filter((file) => alone.includes(file)).map((file) => [file])];
      return groups
        .filter(({ length }) => length > 0)
        .map((group) => ({
          cwd: folder,
          command: [...command, ...pick(folder, before, ""), ...group],
          env: { NODE_ENV: "test", TS_NODE_TRANSPILE_ONLY: "true" },
          prefix: group === together ? undefined : group[0],
        }));
    },
  };
}

/** A suite of node:test has a process a file. A test that hangs leaves its process alive: it is killed. */
function nodeTest(files: readonly string[], ...options: readonly string[]): Suite {
  return {
    parts: (folder, only) =>
      pick(folder, files, only).map((file) => ({
        cwd: folder,
        command: [
          ...["node", ...options, "--test-timeout=15000", `--test-reporter=${reporter("node-test.mjs")}`],
          ...["--test-reporter-destination=RESULTS", file],
        ],
        prefix: file,
        limitMs: 60_000,
      })),
  };
}

export const suites: Readonly<Record<string, Suite>> = {
  // pg's own runner prints a line a test and gives up at the first that fails: a process a file.
  pg: {
    parts: (folder, only) =>
      pick(folder, ["test/{unit,integration}/**/*-tests.js"], only).map((file) => ({
        ...{ cwd: folder, command: ["node", file], prefix: file, tellsByOutput: true },
      })),
  },
  "pg-pool": mocha(["test/*.js"], { options: ["--timeout", "20000"] }),
  "pg-cursor": mocha(["test/*.js"], { options: ["--timeout", "20000"] }),
  "pg-query-stream": mocha(["test/**/*.ts"], { options: ["-r", "ts-node/register", "--timeout", "20000"] }),
  ioredis: mocha(["test/unit/**/*.ts", "test/functional/**/*.ts"], {
    // The package's own entry is what OpenTelemetry patches.
    nodeOptions: ["--no-experimental-strip-types", "-r", "./built/index.js"],
    before: ["test/helpers/*.ts"],
  }),
  express: mocha(["test/*.js", "test/acceptance/*.js"], {
    options: ["--require", "test/support/env", "--check-leaks"],
    // An uncaught exception in a test that has ended ends mocha, or is another test's.
    alone: ["test/Route.js", "test/Router.js"],
  }),
  // What makes requests, and not what only reads cookies, forms and the like.
  undici: nodeTest(
    [
      "test/*.js",
      "test/{fetch,interceptors,mock,cache-interceptor,eventsource,subresource-integrity,node-fetch}/*.js",
      "test/{websocket,node-test}/**/*.js",
    ],
    "--expose-gc",
  ),
};

function pick(folder: string, files: readonly string[], only: string): string[] {
  const found = files.flatMap((pattern) => globSync(pattern, { cwd: folder }).sort());
  return found.filter((file) => file.includes(only));
}

function mochaOf(folder: string): string {
  return join(dirname(createRequire(join(folder, "package.json")).resolve("mocha/package.json")), "bin/mocha.js");
}
