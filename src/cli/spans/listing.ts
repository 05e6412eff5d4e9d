// The listing of `spangate spans`, for people: service by service, with lines to paste.
import type { AttributeValue } from "../../core/model.js";
import { printable } from "../../core/printable.js";
import type { painter } from "../text.js";
import { wrap } from "../text.js";
import type { Entry, Side } from "./catalogue.js";
import { type Line, Lines } from "./lines.js";
import type { SpanPhase } from "./meant.js";

type Paint = ReturnType<typeof painter>;

/** The longest value that is shown. */
const shownLength = 40;
/** Where remarks begin. */
const indent = 6;

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
  const code = new Lines(all);
  const services = [...Map.groupBy(shownEntries, ({ service }) => service)];
  const blocks = services.flatMap(([service, entries]) => [
    paint("bold", printable(service)),
    "",
    ...entries
      .toSorted((one, other) => Number(isOfNobody(one)) - Number(isOfNobody(other)))
      .flatMap((entry) => [...describeEntry(entry, code, paint, width), ""]),
  ]);
  const notes = [
    "alice is any starter of yours. Values of other attributes are told with --values KEY, SQL with --statements.",
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

function describeEntry(entry: Entry, code: Lines, paint: Paint, width: number): readonly string[] {
  const { kind, count, before, after } = entry;
  const facts = [kind, `${count}×`, ...(isOfNobody(entry) ? ["root"] : [])];
  return [
    `  ${paint("cyan", titleOf(before, after))}  ${paint("dim", `[${facts.join(", ")}]`)}`,
    ...describeSides(entry, code, paint, width),
    ...(isOfNobody(entry) ? describeAdopting(entry, code, paint, width) : []),
    ...describeAttributes("attributes:", shownAll(before), paint, width),
    ...describeAttributes("after() also:", addedAfter(before, after), paint, width),
  ];
}

// A request has no parent where nothing that calls it is traced.
function isOfNobody({ root, kind }: Entry): boolean {
  return root && kind !== "server";
}

function describeAdopting(entry: Entry, code: Lines, paint: Paint, width: number): readonly string[] {
  const remarks = ["No request has begun it. In a service, this makes it an actor:"];
  return [
    ...describeRemarks({ mark: paint("yellow", "·"), remarks }, paint, width),
    // Never wrapped, as all lines of code.
    " ".repeat(indent + 2) + paint("green", code.adopting(entry)),
  ];
}

function titleOf(before: Side, after: Side | undefined): string {
  const names = after && after.name !== before.name ? [before.name, after.name] : [before.name];
  return names.map(printable).join(" → ");
}

interface Told {
  readonly code: readonly string[];
  readonly mark: string;
  readonly remarks: readonly string[];
}

function describeSides(entry: Entry, code: Lines, paint: Paint, width: number): readonly string[] {
  const { before, after } = entry;
  const first = tellSide(entry, "before", before, code, paint);
  if (!after)
    return [...first.code, ...describeRemarks({ ...first, remarks: [...first.remarks, notEnded] }, paint, width)];
  const second = tellSide(entry, "after", after, code, paint);
  const isAlike = first.remarks.join() === second.remarks.join();
  const between = isAlike ? [] : describeRemarks(first, paint, width);
  return [...first.code, ...between, ...second.code, ...describeRemarks(second, paint, width)];
}

const notEnded = "None of them has ended.";

function tellSide(entry: Entry, phase: SpanPhase, side: Side, code: Lines, paint: Paint): Told {
  const line = code.at(entry, phase);
  const isUsual = line?.holds === entry.hold;
  const { count } = entry;
  const remarks = [
    ...[...side.refusals].map(([reason, refused]) => {
      if (!line) return `${phase}() cannot be held: ${reason}.`;
      const whose = refused.count < count ? `${refused.count} of ${count} flows` : "Its flow";
      return `${whose} cannot be held here: ${reason}.`;
    }),
    ...(line && !isUsual ? ["So it stops the whole thread, and every flow in it."] : []),
    ...(line ? [] : [wayOut(phase)]),
    ...(line && line.means.length > 0 ? [describeOthers(line)] : []),
  ];
  return {
    code: line ? [`    ${paint(isUsual ? "green" : "yellow", line.code)}`] : [],
    mark: line ? paint("yellow", "·") : paint("red", "✗"),
    remarks,
  };
}

function describeRemarks(
  { mark, remarks }: Pick<Told, "mark" | "remarks">,
  paint: Paint,
  width: number,
): readonly string[] {
  return remarks.length === 0
    ? []
    : wrap(printable(remarks.join(" ")), width - indent - 2).map(
        (text, row) => " ".repeat(indent) + (row === 0 ? `${mark} ` : "  ") + paint("dim", text),
      );
}

function describeOthers({ means, meansMore }: Line): string {
  const others = [...means.map(nameOf), ...(meansMore > 0 ? [`${meansMore} others`] : [])];
  return `It means ${others.join(", ")} too.`;
}

function wayOut(phase: SpanPhase): string {
  return phase === "before" ? "List after(), or another span." : "List before(), or the next span behind it.";
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
  const known = new Set(shownAll(before));
  return after ? shownAll(after).filter((it) => !known.has(it)) : [];
}

// What a value is known of can be pasted, so it comes first.
function shownAll({ attributes }: Side): readonly string[] {
  const all = [...attributes.values()];
  return [...all.filter(({ samples }) => samples.length > 0), ...all.filter(({ samples }) => samples.length === 0)].map(
    shown,
  );
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
