// Writes what can be held, by driver: docs/drivers.md for people, and for spangate doctor, which does not load the agent,
// src/cli/doctor/drivers.ts. The adapters say it.
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Adapter } from "../instrumentation/flow/adapter.ts";
import { adapters } from "../instrumentation/flow/adapters/index.ts";

const head = `<!-- Written by \`npm run docs\` from instrumentation/flow/adapters. -->

# What can be held, driver by driver

A **flow hold** stops one request and lets its process serve others. It needs to know how a call can be put off, so each
driver has an adapter. "Before" and "after" say where exactly an actor stands then. What is "not supported" is never
passed in silence: the run fails with \`NotGateable\`, which names the reason and the way out. Mostly that is
\`{ hold: "thread" }\` on the checkpoint, which stops the whole thread where the span starts or ends, or a span around or
inside it.

An application's own spans can be held where \`tracer.startActiveSpan\` calls an async function: before the function is
called, and after its promise is settled. ORMs ride on their drivers: sequelize, typeorm, drizzle and prisma (with a
driver adapter) are tested on pg.
`;

const bundle = new URL("../node_modules/@opentelemetry/auto-instrumentations-node/package.json", import.meta.url);
const { dependencies: along } = JSON.parse(readFileSync(bundle, "utf8"));

const notAlong = ", which does not come with spangate: register it in the OpenTelemetry set-up of your service";

/** The page. */
export function driversPage(): string {
  const sections = adapters
    .toSorted((one, other) => (one.docs.driver < other.docs.driver ? -1 : 1))
    .map(({ scope, docs: { driver, instrumentedBy, tested, spans, before, after, unsupported } }) => {
      const points = {
        "Tested with": tested,
        "Instrumented by": instrumentedBy ?? (scope in along ? scope : `${scope}${notAlong}`),
        Spans: spans,
        Before: before,
        After: after,
        "Not supported": unsupported,
      };
      const lines = Object.entries(points).flatMap(([name, text]) => (text === "" ? [] : [`- **${name}**: ${text}`]));
      return `## ${driver}\n\n${lines.join("\n")}`;
    });
  return `${head.trim()}\n\n${sections.join("\n\n")}\n`;
}

/** The packages of all drivers as a module. */
export function driversModule(): string {
  const rows = Map.groupBy(
    adapters.flatMap((adapter) => packagesOf(adapter).map((name) => ({ name, adapter }))),
    ({ name }) => name,
  );
  const lines = [...rows].toSorted().map(([name, found]) => {
    const tested = new Set(found.flatMap(({ adapter }) => majorsOf(name, adapter.docs.tested)));
    const needs = found.some(({ adapter }) => adapter.scope in along)
      ? []
      : found.map(({ adapter }) => sourceOf(adapter));
    return `  { package: ${JSON.stringify(name)}, tested: [${[...tested].join(", ")}], needs: [${needs.map((it) => JSON.stringify(it)).join(", ")}] },`;
  });
  return `${moduleHead}${lines.join("\n")}\n];\n`;
}

const moduleHead = `// Written by \`npm run docs\` from instrumentation/flow/adapters.

/** A driver whose calls can be held. */
export interface Driver {
  readonly package: string;
  /** The major versions that the tests run with. */
  readonly tested: readonly number[];
  /** What makes its spans, one of them, where that does not come with spangate. */
  readonly needs: readonly string[];
}

export const drivers: readonly Driver[] = [
`;

/** The package that makes its spans. */
function sourceOf({ scope, docs: { instrumentedBy } }: Adapter): string {
  return instrumentedBy?.replace(/[ ,].*$/s, "") ?? scope;
}

// Node's own modules are no packages, and what stands in brackets or behind "with" tells more of the one in front.
function packagesOf({ docs: { driver } }: Adapter): readonly string[] {
  const names = driver.split(", ").map((it) => it.replace(/ .*$/, ""));
  return names.filter((it) => it !== "fetch" && !it.startsWith("node:"));
}

/** From a text such as "express 4, 5" or "amqplib 2". */
function majorsOf(name: string, tested: string): readonly number[] {
  const at = ` ${tested}`.indexOf(` ${name} `);
  const [versions = ""] = at === -1 ? [] : (/^[\d., ]+/.exec(tested.slice(at + name.length + 1)) ?? []);
  return (versions.match(/\d+(\.\d+)?/g) ?? []).map((it) => Math.trunc(Number(it)));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await writeFile(new URL("../docs/drivers.md", import.meta.url), driversPage());
  await writeFile(new URL("../src/cli/doctor/drivers.ts", import.meta.url), driversModule());
}
