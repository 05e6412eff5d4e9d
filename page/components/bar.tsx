// A span: its bar, what held it, what it waited for, and its label.

import { categoryOf, detailLine } from "../model/detail-line.ts";
import type { Bar, Block, Box, Frame } from "../model/draw.ts";
import { clock, duration } from "../model/format.ts";
import { type Key, pauseKey, spanKey, waitKey } from "../model/items.ts";
import type { Model } from "../model/model.ts";
import { KindIcon } from "./kind-icon.tsx";

export interface SpanBarProps {
  readonly model: Model;
  readonly bar: Bar;
  readonly top: number;
  readonly frame: Frame;
  readonly selected: Key | null;
  readonly found: ReadonlySet<Key> | null;
}

export function SpanBar({ model, bar, top, selected, found }: SpanBarProps) {
  const { laid, blocks, label } = bar;
  const { span } = laid;
  const key = spanKey(span.spanId);
  const dim = found !== null && !found.has(key) ? "dim" : "";
  const torn = `${span.startMs === null ? "torn-start" : ""} ${span.endMs === null ? "torn-end" : ""}`;
  const hue = `hue-${model.services.indexOf(span.service) % 8}`;
  const line = detailLine(span);
  // The label begins with the name.
  const detail = line?.startsWith(`${span.name} `) ? line.slice(span.name.length + 1) : line;
  const covered = label?.place === "over" ? blocks.find((it) => covers(label, it)) : undefined;
  const held = covered && toldOf(bar, covered, model).short;
  return (
    <>
      <div
        role="treeitem"
        aria-level={laid.level}
        aria-selected={key === selected}
        aria-label={spanLabel(bar)}
        tabIndex={key === selected ? 0 : -1}
        data-key={key}
        class={`bar ${hue} ${categoryOf(span)} ${torn} ${dim}`}
        title={spanLabel(bar)}
        style={{ left: `${bar.x}px`, top: `${top}px`, width: `${bar.width}px` }}
      />
      {blocks.map((block) => (
        <BlockView key={`${block.type} ${block.at}`} {...{ model, bar, block, top, selected, dim }} />
      ))}
      {label && (
        <div
          class={`label ${label.place} ${hue} ${dim}`}
          data-key={covered ? keyOfBlock(bar, covered) : key}
          aria-hidden="true"
          style={{ left: `${label.x}px`, top: `${top}px`, width: `${label.width}px` }}
        >
          <KindIcon category={categoryOf(span)} />
          <bdi>{span.name}</bdi>
          {label.width > 150 && <small dir="auto">{held ?? detail ?? span.service}</small>}
        </div>
      )}
    </>
  );
}

interface BlockProps extends Omit<SpanBarProps, "frame" | "found"> {
  readonly block: Block;
  readonly dim: string;
}

/** Room for a word behind the number. */
const leastText = 56;

function BlockView({ model, bar, block, top, selected, dim }: BlockProps) {
  const { span, level, toMs } = bar.laid;
  const told = toldOf(bar, block, model);
  const pause = block.type === "pause" ? span.pauses[block.at] : undefined;
  const key = keyOfBlock(bar, block);
  const covered = bar.label?.place === "over" && covers(bar.label, block);
  const behind = pause?.phase === "after" && pause.fromMs >= toMs ? "behind" : "";
  return (
    <div
      role="treeitem"
      aria-level={level + 1}
      aria-selected={key === selected}
      aria-label={told.whole}
      tabIndex={key === selected ? 0 : -1}
      data-key={key}
      data-span={span.spanId}
      class={`block ${block.type} ${pause?.phase ?? ""} ${behind} ${dim}`}
      title={told.whole}
      style={{ left: `${block.x}px`, top: `${top}px`, width: `${block.width}px` }}
    >
      {pause && block.width >= 18 && <b class="number">{pause.checkpoint + 1}</b>}
      {block.width >= leastText && !covered && <span class="text">{told.short}</span>}
    </div>
  );
}

function keyOfBlock({ laid: { span } }: Bar, { type, at }: Block): Key {
  return type === "pause" ? pauseKey(span.spanId, at) : waitKey(span.spanId, at);
}

function covers(label: Box, block: Box): boolean {
  return label.x < block.x + block.width && label.x + label.width > block.x;
}

function toldOf(bar: Bar, { type, at }: Block, model: Model) {
  return type === "pause" ? pauseText(bar, at, model) : waitText(bar, at);
}

function spanLabel({ laid: { span, fromMs, toMs } }: Bar): string {
  const length = span.startMs === null ? "its start was not told" : duration(toMs - fromMs);
  const open = span.endMs === null ? ", still open" : "";
  const detail = detailLine(span);
  return `${span.name}, ${span.kind} of ${span.service}: ${length}${open}, from ${clock(fromMs)}${detail ? `\n${detail}` : ""}`;
}

function pauseText({ laid: { span } }: Bar, at: number, { report }: Model) {
  const pause = span.pauses[at];
  if (!pause) return { short: "", whole: "" };
  const length = duration((pause.toMs ?? report.endMs) - pause.fromMs);
  const code = report.order[pause.checkpoint]?.code ?? "a checkpoint";
  return { short: `held ${length}`, whole: `held ${pause.phase} ${span.name} for ${length}: ${code}` };
}

function waitText({ laid: { span } }: Bar, at: number) {
  const wait = span.waits[at];
  if (!wait) return { short: "", whole: "" };
  const whole = `waits for ${wait.by.join(", ")}: ${wait.lock}`;
  return { short: whole, whole };
}
