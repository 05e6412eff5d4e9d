// Writes docs/drivers.md: what can be held, by driver. The adapters say it.
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { adapters } from "../instrumentation/flow/adapters/index.ts";

const head = `<!-- Written by \`npm run docs\` from instrumentation/flow/adapters. -->

# What can be held, driver by driver

A **flow hold** stops one request and lets its process serve others. It needs to know how a call can be put off, so each
driver has an adapter. "Before" and "after" say where exactly an actor stands then. What is "not supported" is never
passed in silence: the run fails with \`NotGateable\`, which names the reason. The way out is \`{ hold: "thread" }\` on the
checkpoint, which stops the whole thread at any span, or a span around or inside it.

An application's own spans can be held where \`tracer.startActiveSpan\` calls an async function: before the function is
called, and after its promise is settled. ORMs ride on their drivers: sequelize, typeorm, drizzle and prisma (with a
driver adapter) are tested on pg.
`;

const columns = ["driver", "tested with", "spans", "before", "after", "not supported, and why"];

/** The page. */
export function driversPage(): string {
  const rows = adapters
    .map(({ docs: { driver, tested, spans, before, after, unsupported } }) => [
      driver,
      tested,
      spans,
      before,
      after,
      unsupported,
    ])
    .sort(([one = ""], [other = ""]) => (one < other ? -1 : 1));
  const table = [columns, columns.map(() => "---"), ...rows].map((row) => `| ${row.map(cell).join(" | ")} |`);
  return `${head.trim()}\n\n${table.join("\n")}\n`;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await writeFile(new URL("../docs/drivers.md", import.meta.url), driversPage());
}
