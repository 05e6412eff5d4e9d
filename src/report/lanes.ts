// A report as text: one column an actor, one line a moment.
import { styleText } from "node:util";
import { printable } from "../core/printable.js";
import type { Moment, Report } from "./report.js";

export interface LanesOptions {
  /** False by default. */
  readonly colors?: boolean;
}

/** Lanes of text, without a line end at the end. */
export function renderLanes(report: Report, { colors = false }: LanesOptions = {}): string {
  const names = report.actors.map(({ name }) => printable(name));
  const moments = report.moments.map(({ actor, text, ...it }) => ({
    ...it,
    actor: actor === null ? null : printable(actor),
    text: printable(text),
  }));
  const widths = names.map((name) =>
    Math.max(name.length, ...moments.filter(({ actor }) => actor === name).map(({ text }) => text.length)),
  );
  const rows = moments.map((moment) => {
    const cells =
      moment.actor === null
        ? [moment.text]
        : names.map((name, at) => (name === moment.actor ? moment.text : "").padEnd(widths[at] ?? 0));
    const row = [moment.atMs.toFixed(1).padStart(9), ...cells].join("  ").trimEnd();
    return colors ? coloured(moment, row) : row;
  });
  const head = ["       ms", ...names.map((name, at) => name.padEnd(widths[at] ?? 0))].join("  ").trimEnd();
  return [colors ? styleText("bold", head, { validateStream: false }) : head, ...rows].join("\n");
}

type Shown = Pick<Moment, "type" | "text">;
type Style = Parameters<typeof styleText>[0];

function coloured(moment: Shown, row: string): string {
  const style = styleOf(moment);
  return style ? row.replace(moment.text, (text) => styleText(style, text, { validateStream: false })) : row;
}

function styleOf({ type, text }: Shown): Style | undefined {
  switch (type) {
    case "held":
    case "reached":
      return "yellow";
    case "released":
      return "green";
    case "blocked":
    case "freed":
      return "magenta";
    case "passed":
      return "dim";
    case "drained":
    case "stalled":
      return "cyan";
    case "withdrawn":
    case "failed":
      return "red";
    case "ended":
      return text === "ends" ? undefined : "red";
    case "begin":
      return undefined;
  }
}
