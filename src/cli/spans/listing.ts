// The listing of `spangate spans`, for people: service by service, with lines to paste.
import type { AttributeValue } from "../../core/model.js";
import { printable } from "../../core/printable.js";
import type { painter } from "../text.js";
import { wrap } from "../text.js";
import type { Entry, Side } from "./catalogue.js";
import { lineFor, type SpanPhase } from "./lines.js";

type Paint = ReturnType<typeof painter>;

/** The longest value that is shown. */
const shownLength = 40;

/**
 * @param all also those that are not shown: a line of code must not mean them
 * @param width of the lines, but for those of code
 */
export function describeAll(
  shownEntries: readonly Entry[],
  all: readonly Entry[],
  dropped: number,
  paint: Paint,
  width: number,
): string {
  const services = [...Map.groupBy(shownEntries, ({ service }) => service)];
  const blocks = services.flatMap(([service, entries]) => [
    paint("bold", printable(service)),
    "",
    ...entries.flatMap((entry) => [...describeEntry(entry, all, paint, width), ""]),
  ]);
  const notes = [
    "alice is any starter of yours. Values of other attributes are told with --values KEY.",
    ...(dropped > 0 ? [`${dropped} more spans are not in this list: they had too many different names.`] : []),
  ];
  return lines([...blocks, ...notes.flatMap((note) => wrap(note, width)).map((line) => paint("dim", line))]);
}

/** One line, for who sees it come. */
export function describeNew({ service, kind, before, after }: Entry, paint: Paint): string {
  const stops = [before, after].some((side) => side && side.holdable > 0);
  const text = `${titleOf(before, after)}  [${printable(service)}, ${kind}]`;
  return `${stops ? paint("green", "+") : paint("yellow", "·")} ${text}\n`;
}

function describeEntry(entry: Entry, all: readonly Entry[], paint: Paint, width: number): readonly string[] {
  const { kind, count, root, before, after } = entry;
  const facts = [kind, `${count}×`, ...(root ? ["root"] : []), ...(after ? [] : ["has not ended"])];
  return [
    `  ${paint("cyan", titleOf(before, after))}  ${paint("dim", `[${facts.join(", ")}]`)}`,
    ...describeSide(entry, "before", before, all, paint, width),
    ...(after ? describeSide(entry, "after", after, all, paint, width) : []),
    ...describeAttributes("attributes:", [...before.attributes.values()].map(shown), paint, width),
    ...describeAttributes("and after:", addedAfter(before, after), paint, width),
  ];
}

function titleOf(before: Side, after: Side | undefined): string {
  const names = after && after.name !== before.name ? [before.name, after.name] : [before.name];
  return names.map(printable).join(" → ");
}

function describeSide(
  entry: Entry,
  phase: SpanPhase,
  side: Side,
  all: readonly Entry[],
  paint: Paint,
  width: number,
): readonly string[] {
  const line = lineFor(entry, phase, all);
  const remarks = [
    ...[...side.refusals].map(([reason, { count }]) => {
      const whose = count < entry.count ? `${count} of ${entry.count} flows` : "a flow";
      return `${whose} cannot be held ${phase} it: ${reason}.`;
    }),
    ...(line && line.holds !== entry.hold ? ["This stops the whole thread, and every flow in it."] : []),
    ...(line ? [] : [wayOut(phase)]),
    ...(line && line.means.length > 0 ? [`It means ${line.means.map(nameOf).join(", ")} too.`] : []),
  ];
  const code = line && paint(line.holds === entry.hold ? "green" : "yellow", line.code);
  const mark = line ? paint("yellow", "·") : paint("red", "✗");
  return [
    ...(code ? [`    ${code}`] : []),
    ...remarks.flatMap((remark, at) =>
      wrap(printable(remark), width - 8).map(
        (text, row) => `      ${at === 0 && row === 0 ? mark : " "} ${paint("dim", text)}`,
      ),
    ),
  ];
}

function wayOut(phase: SpanPhase): string {
  return phase === "before" ? "List another span, or after()." : "List before(), or the next span behind it.";
}

function nameOf({ service, before, kind }: Entry): string {
  return `${service}'s ${before.name} (${kind})`;
}

function describeAttributes(head: string, items: readonly string[], paint: Paint, width: number): readonly string[] {
  const rows: string[] = [];
  for (const item of items.map((it, at) => (at < items.length - 1 ? `${it},` : it))) {
    const row = rows.at(-1);
    if (row !== undefined && row.length + 1 + item.length <= width) rows[rows.length - 1] = `${row} ${item}`;
    else rows.push(row === undefined ? `    ${head} ${item}` : `      ${item}`);
  }
  return rows.map((row) => paint("dim", row));
}

// What differs at the end is what before() could not ask for.
function addedAfter(before: Side, after: Side | undefined): readonly string[] {
  const known = new Set([...before.attributes.values()].map(shown));
  return [...(after?.attributes.values() ?? [])].map(shown).filter((it) => !known.has(it));
}

function shown({ key, samples, more }: { key: string; samples: readonly AttributeValue[]; more: boolean }): string {
  const values = [...samples.map(shownValue), ...(more && samples.length > 0 ? ["…"] : [])].join(" | ");
  return `${JSON.stringify(printable(key))}${values ? `: ${values}` : ""}`;
}

function shownValue(value: AttributeValue): string {
  if (typeof value !== "string") return String(value);
  const text = printable(value);
  return JSON.stringify(text.length > shownLength ? `${text.slice(0, shownLength - 1)}…` : text);
}

function lines(all: readonly string[]): string {
  return all.map((line) => `${line}\n`).join("");
}
