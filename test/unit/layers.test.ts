// Imports point one way. Where this test fails, the architecture has changed: change it on purpose, or not.
import { describe, expect, it } from "vitest";
import { allImports, type Import, sources } from "../support/imports.ts";

const imports = allImports();
const layers = [
  "src/core/",
  "src/wire/",
  "src/report/",
  "src/coordinator/",
  "src/runner/",
  "src/ui/",
  "src/scenario/",
  "src/cli/",
  "instrumentation/",
  "page/",
] as const;

function from(layer: string): readonly Import[] {
  return imports.filter(({ file }) => file.startsWith(layer));
}

function told(found: readonly Import[]): readonly string[] {
  return found.map(({ file, target }) => `${file} → ${target}`);
}

function isOf(target: string, ...places: readonly string[]): boolean {
  return places.some((place) => target.startsWith(place));
}

it("sees the imports of every layer", () => {
  for (const layer of layers) expect(from(layer).length).toBeGreaterThan(3);
  const known = new Set([...sources(), "src/index.ts"]);
  const own = imports.filter(
    ({ target }) => isOf(target, "src/", "instrumentation/", "page/") && !target.startsWith("src/gen/"),
  );
  expect(told(own.filter(({ target }) => !known.has(target)))).toEqual([]);
});

describe("imports", () => {
  it("of the core stay in the core: no I/O, no clock, one package that measures texts", () => {
    const out = from("src/core/").filter(({ target }) => !isOf(target, "src/core/", "fastest-levenshtein"));
    expect(told(out)).toEqual([]);
  });

  it("of the wire lead to the core and the generated code", () => {
    const out = from("src/wire/").filter(
      ({ target }) => !isOf(target, "src/wire/", "src/core/", "src/gen/", "@grpc/grpc-js", "node:"),
    );
    expect(told(out)).toEqual([]);
  });

  it("of the report lead to the core", () => {
    const out = from("src/report/").filter(({ target }) => !isOf(target, "src/report/", "src/core/", "node:"));
    expect(told(out)).toEqual([]);
  });

  it("of the pages lead to the types of what they show, and to what draws: they run in a browser", () => {
    const types = ["src/report/report.ts", "src/ui/protocol.ts"];
    const out = from("page/").filter(
      ({ target, typeOnly }) => !isOf(target, "page/", "preact") && !(typeOnly && types.includes(target)),
    );
    expect(told(out)).toEqual([]);
    const users = imports.filter(({ file, target }) => isOf(target, "page/", "preact") && !file.startsWith("page/"));
    expect(told(users)).toEqual([]);
  });

  it("of the page's server lead to the coordinator's calls, as types, and to no other side", () => {
    const out = from("src/ui/").filter(
      ({ target, typeOnly }) =>
        !isOf(target, "src/ui/", "src/core/", "src/wire/", "src/real-time.ts", "node:") &&
        !(typeOnly && (target === "src/coordinator/runner-calls.ts" || isOf(target, "src/gen/"))),
    );
    expect(told(out)).toEqual([]);
    const users = new Set(imports.filter(({ target }) => isOf(target, "src/ui/server")).map(({ file }) => file));
    expect([...users].sort()).toEqual(["src/access.ts", "src/cli/serve/ui.ts"]);
  });

  const sides = ["src/coordinator/", "src/runner/", "src/probes/", "instrumentation/"];
  it.each(sides)("of %s lead to no sibling", (layer) => {
    const siblings = sides.filter((it) => it !== layer);
    const above = ["src/index.ts", "src/gateway.ts"];
    expect(told(from(layer).filter(({ target }) => isOf(target, ...siblings, ...above)))).toEqual([]);
  });

  it("of the command line lead into no agent, and to no wire but by the runner", () => {
    const out = from("src/cli/").filter(({ target }) => isOf(target, "instrumentation/", "@grpc/", "@opentelemetry/"));
    expect(told(out)).toEqual([]);
  });

  it("of scenarios lead to what a test has too, and from the command line alone to them", () => {
    const ofTests = ["src/gateway.ts", "src/given-file.ts", "src/runner/", "src/probes/", "src/report/", "src/core/"];
    const packages = ["yaml", "fastest-levenshtein", "pg", "mysql2", "node:"];
    const out = from("src/scenario/").filter(({ target }) => !isOf(target, "src/scenario/", ...ofTests, ...packages));
    expect(told(out)).toEqual([]);
    const users = imports.filter(
      ({ file, target }) => isOf(target, "src/scenario/", "yaml") && !isOf(file, "src/scenario/", "src/cli/"),
    );
    expect(told(users)).toEqual([]);
  });

  it("of a scenario's file and its checks lead to no I/O but the schema's", () => {
    const pure = [...from("src/scenario/file/"), ...from("src/scenario/check/")];
    const out = pure.filter(
      ({ target, typeOnly }) => !typeOnly && isOf(target, "node:", "src/runner/", "src/gateway.ts"),
    );
    expect(told(out)).toEqual(["src/scenario/check/schema.ts → node:fs"]);
  });

  it("lead from nowhere to the command line, which alone prints and exits", () => {
    const users = imports.filter(
      ({ file, target }) => isOf(target, "src/cli/", "commander") && !isOf(file, "src/cli/"),
    );
    expect(told(users)).toEqual([]);
  });

  it("of generated code are made by the adapters of the wire alone", () => {
    const users = new Set(imports.filter(({ target }) => target.startsWith("src/gen/")).map(({ file }) => file));
    expect([...users].sort()).toEqual([
      "instrumentation/hello.ts",
      "instrumentation/link/here-attachment.ts",
      "instrumentation/link/link.ts",
      "instrumentation/link/second-stream.ts",
      "instrumentation/link/worker.ts",
      "instrumentation/passed.ts",
      "instrumentation/span-facts.ts",
      "src/coordinator/agent-events.ts",
      "src/coordinator/agent-service.ts",
      "src/coordinator/agent-session.ts",
      "src/coordinator/discover-call.ts",
      "src/coordinator/follow-call.ts",
      "src/coordinator/listeners.ts",
      "src/coordinator/open-call.ts",
      "src/coordinator/runner-calls.ts",
      "src/coordinator/runner-service.ts",
      "src/coordinator/second-stream.ts",
      "src/coordinator/server.ts",
      "src/coordinator/watch-call.ts",
      "src/runner/client.ts",
      "src/runner/grpc-runner.ts",
      "src/runner/operator.ts",
      "src/runner/run-stream.ts",
      "src/ui/live.ts",
      "src/wire/discovery.ts",
      "src/wire/failure.ts",
      "src/wire/here.ts",
      "src/wire/runner-port.ts",
      "src/wire/runs.ts",
      "src/wire/shortages.ts",
      "src/wire/spans.ts",
      "src/wire/steps.ts",
      "src/wire/watching.ts",
    ]);
  });

  it("of OpenTelemetry are made by the instrumentation alone", () => {
    const users = imports.filter(
      ({ file, target }) =>
        isOf(target, "@opentelemetry/", "import-in-the-middle") && !file.startsWith("instrumentation/"),
    );
    expect(told(users)).toEqual([]);
  });

  it("of the gRPC library stay out of the process under test", () => {
    expect(told(from("instrumentation/").filter(({ target }) => isOf(target, "@grpc/")))).toEqual([]);
  });

  it("go in no circle, but for types", () => {
    const needs = Map.groupBy(
      imports.filter(({ typeOnly }) => !typeOnly),
      ({ file }) => file,
    );
    const done = new Set<string>();
    const visit = (file: string, path: readonly string[]): void => {
      if (path.includes(file)) throw new Error(`A circle: ${[...path, file].join(" → ")}`);
      if (done.has(file)) return;
      for (const { target } of needs.get(file) ?? []) visit(target, [...path, file]);
      done.add(file);
    };
    for (const file of sources()) visit(file, []);
    expect(done.size).toBeGreaterThan(sources().length);
  });
});
