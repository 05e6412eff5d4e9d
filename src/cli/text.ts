// Text for people.
import { styleText } from "node:util";
import type { Environment } from "../runner/environment.js";
import type { Output } from "./surroundings.js";

type Style = Parameters<typeof styleText>[0];

/** @returns colours a text where the output shows colours: on a terminal, unless NO_COLOR is set */
export function painter(output: Output, env: Environment): (style: Style, text: string) => string {
  const hasColors = Boolean(output.isTTY) && !env["NO_COLOR"] && env["TERM"] !== "dumb";
  return (style, text) => (hasColors ? styleText(style, text, { validateStream: false }) : text);
}

/**
 * Columns of text, with line ends.
 * @param output a terminal's width is kept
 * @param elastic the column that gives way where a row is too wide for it
 */
export function table(rows: readonly (readonly string[])[], output: Output, elastic: number): string {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  const total = widths.reduce((sum, width) => sum + width + 2, -2);
  const excess = output.isTTY ? Math.max(0, total - (output.columns ?? 80)) : 0;
  const fitted = widths.with(elastic, Math.max((widths[elastic] ?? 0) - excess, 12));
  return rows
    .map((row) => `${row.map((cell, at) => clip(cell, fitted[at] ?? 0)).join("  ")}`.trimEnd())
    .map((line) => `${line}\n`)
    .join("");
}

/** A time as short as it can be told, such as `4.2s`, `12m`. */
export function duration(ms: number): string {
  const seconds = Math.max(0, ms) / 1_000;
  if (seconds < 60) return `${seconds.toFixed(1)}s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)}m`;
  return `${Math.floor(seconds / 3_600)}h`;
}

/** The time of day of this machine, with milliseconds. */
export function timeOfDay(atMs: number): string {
  const at = new Date(atMs);
  const two = (part: number) => String(part).padStart(2, "0");
  const milliseconds = String(at.getMilliseconds()).padStart(3, "0");
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}.${milliseconds}`;
}

function clip(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, width - 1)}…` : text.padEnd(width);
}

/** Lines of at most so many characters, broken at spaces; a longer word has a line of its own. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= width) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** Scripts get lines as they are, people none that their terminal has to break. */
export function fold(text: string, { isTTY, columns = 80 }: Output): string {
  return isTTY
    ? text
        .split("\n")
        .flatMap((line) => (line.length > columns ? wrap(line, columns) : [line]))
        .join("\n")
    : text;
}
