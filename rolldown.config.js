// Three bundles. The agent as a few files of CommonJS: a process under test loads them before its own first line, so their number
// counts. OpenTelemetry's packages stay outside: they are shared with the application.
// The page of a report as one script, which is put into the page; and the interactive page's, which is served.
import { readFileSync } from "node:fs";

const { version } = JSON.parse(readFileSync(new URL("package.json", import.meta.url), "utf8"));

const agent = {
  input: {
    register: "instrumentation/register.ts",
    agent: "instrumentation/agent.ts",
    here: "instrumentation/here.ts",
    "here-agent": "instrumentation/here-agent.ts",
    worker: "instrumentation/link/worker.ts",
  },
  platform: "node",
  external: [/^node:/, /^@opentelemetry\//, /^import-in-the-middle/, "./agent.cjs", "./here-agent.cjs"],
  transform: { define: { SPANGATE_VERSION: JSON.stringify(version) } },
  output: {
    dir: "dist/agent",
    format: "cjs",
    entryFileNames: "[name].cjs",
    chunkFileNames: "[name].cjs",
  },
};

const page = {
  input: { page: "page/main.tsx" },
  platform: "browser",
  tsconfig: "page/tsconfig.json",
  output: { dir: "dist/page", format: "iife", minify: true, comments: false },
};

const live = { ...page, input: { live: "page/live/main.tsx" } };

export default [agent, page, live];
