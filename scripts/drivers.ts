// Writes docs/drivers.md: what can be held, by driver. The adapters say it.
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
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

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await writeFile(new URL("../docs/drivers.md", import.meta.url), driversPage());
}
