// What a text that somebody types finds.
import type { Report } from "../../src/report/report.ts";
import { detailLine } from "./detail-line.ts";
import type { Item } from "./items.ts";

/** Every word must be found in an item's actor, names, service or statement; `undefined` where nothing is asked. */
export function finderOf(text: string, report: Report): ((item: Item) => boolean) | undefined {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return undefined;
  return (item) => {
    const told = textOf(item, report).toLowerCase();
    return words.every((word) => told.includes(word));
  };
}

function textOf(item: Item, { actors, moments, order }: Report): string {
  const actor = actors[item.lane]?.name ?? "";
  if (item.type === "moment") return `${actor} ${moments[item.moment]?.text ?? ""}`;
  const { span } = item.laid;
  const codes = span.pauses.map(({ checkpoint }) => order[checkpoint]?.code ?? "");
  const locks = span.waits.map(({ lock }) => lock);
  return [actor, span.name, span.service, span.kind, detailLine(span) ?? "", ...codes, ...locks].join(" ");
}
