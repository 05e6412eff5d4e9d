// Rows for the spans of one actor: children under their parents, what runs in parallel side by side. A span and all
// below it form a block. Blocks of one parent that come one after the other begin in the same row; one that runs beside
// another goes below all of it, so that nobody takes it for a part of that one.
import type { ReportedSpan } from "../../src/report/report.ts";

export interface LaidSpan {
  readonly span: ReportedSpan;
  /** From 0, top down. */
  readonly row: number;
  /** From 1: how many spans are above it, and itself. */
  readonly level: number;
  readonly fromMs: number;
  /** Where it ended, or the report does. */
  readonly toMs: number;
  /** The end of its last pause behind it, or `toMs`. */
  readonly reachMs: number;
}

type Times = Pick<LaidSpan, "fromMs" | "toMs" | "reachMs">;

/** Blocks of one parent in their rows, counted from the first one of them. */
interface Stack {
  readonly placed: readonly { readonly block: Block; readonly row: number }[];
  /** Row by row, when the first begins there, and the last ends. */
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

interface Block extends Stack {
  readonly span: ReportedSpan;
  readonly times: Times;
}

/** The rows, top down; each in the sequence of time, and nothing in it overlaps. */
export function packSpans(spans: readonly ReportedSpan[], endMs: number): readonly (readonly LaidSpan[])[] {
  const { roots, childrenOf, downwards } = familyOf(spans);
  const blocks = new Map<ReportedSpan, Block>();
  const known = (all: readonly ReportedSpan[]) => all.map((it) => blocks.get(it)).filter((it) => it !== undefined);
  for (const span of downwards.toReversed()) blocks.set(span, blockOf(span, stack(known(childrenOf(span))), endMs));
  const all = stack(known(roots));
  const rows: LaidSpan[][] = all.ends.map(() => []);
  const open = all.placed.map((it) => ({ ...it, level: 1 }));
  for (let it = open.pop(); it; it = open.pop()) {
    const { block, row, level } = it;
    rows[row]?.push({ span: block.span, row, level, ...block.times });
    for (const child of block.placed) open.push({ block: child.block, row: row + 1 + child.row, level: level + 1 });
  }
  // One without a length may stand where the next one begins.
  for (const row of rows) row.sort((one, other) => one.fromMs - other.fromMs || one.reachMs - other.reachMs);
  return rows;
}

/** Every span once, parents before their children: without recursion, however deep it goes. */
function familyOf(spans: readonly ReportedSpan[]) {
  const known = new Set(spans.map(({ spanId }) => spanId));
  const isRoot = ({ parentSpanId }: ReportedSpan) => parentSpanId === null || !known.has(parentSpanId);
  const children = Map.groupBy(
    spans.filter((span) => !isRoot(span)),
    ({ parentSpanId }) => parentSpanId,
  );
  const roots: ReportedSpan[] = [];
  const downwards = new Set<ReportedSpan>();
  const goDown = (root: ReportedSpan) => {
    roots.push(root);
    const open = [root];
    for (let span = open.pop(); span; span = open.pop()) {
      if (downwards.has(span)) continue;
      downwards.add(span);
      open.push(...(children.get(span.spanId) ?? []));
    }
  };
  spans.filter(isRoot).forEach(goDown);
  // Spans that are their own ancestors, which only a broken instrumentation makes.
  for (const span of spans) if (!downwards.has(span)) goDown(span);
  const isTop = new Set(roots);
  const childrenOf = ({ spanId }: ReportedSpan) => (children.get(spanId) ?? []).filter((it) => !isTop.has(it));
  return { roots, childrenOf, downwards: [...downwards] };
}

function blockOf(span: ReportedSpan, inner: Stack, endMs: number): Block {
  const times = timesOf(span, inner, endMs);
  const starts = [times.fromMs, ...inner.starts];
  return { span, times, placed: inner.placed, starts, ends: [times.reachMs, ...inner.ends] };
}

function timesOf(span: ReportedSpan, inner: Stack, endMs: number): Times {
  const told = [...span.pauses, ...span.waits];
  const toMs = span.endMs ?? endMs;
  // Where its start was not told, it is as early as anything that is known of it.
  const fromMs = span.startMs ?? Math.min(toMs, ...inner.starts, ...told.map((it) => it.fromMs));
  const pauseEnds = span.pauses.map((pause) => pause.toMs ?? endMs);
  return { fromMs, toMs: Math.max(fromMs, toMs), reachMs: Math.max(fromMs, toMs, ...pauseEnds) };
}

function stack(blocks: readonly Block[]): Stack {
  const placed: { block: Block; row: number }[] = [];
  const starts: number[] = [];
  const ends: number[] = [];
  /** Row by row, when the last block that has it ends as a whole. */
  const blockEnds: number[] = [];
  for (const block of blocks.toSorted((one, other) => one.times.fromMs - other.times.fromMs)) {
    const row = follows(ends, block) ? 0 : firstFree(blockEnds, block);
    const endMs = block.ends.reduce((last, it) => Math.max(last, it), 0);
    block.starts.forEach((fromMs, at) => {
      const place = row + at;
      starts[place] = Math.min(starts[place] ?? fromMs, fromMs);
      ends[place] = Math.max(ends[place] ?? 0, block.ends[at] ?? 0);
      blockEnds[place] = Math.max(blockEnds[place] ?? 0, endMs);
    });
    placed.push({ block, row });
  }
  return { placed, starts, ends };
}

/** Row by row it begins when those before it have ended: what a server does behind its answer is in nobody's way. */
function follows(ends: readonly number[], { starts }: Block): boolean {
  return starts.every((fromMs, row) => (ends[row] ?? 0) <= fromMs);
}

function firstFree(blockEnds: readonly number[], { starts }: Block): number {
  const fromMs = starts.reduce((first, it) => Math.min(first, it), Number.POSITIVE_INFINITY);
  let row = 0;
  for (let at = 0; at < row + starts.length && at < blockEnds.length; at++) {
    if ((blockEnds[at] ?? 0) > fromMs) row = at + 1;
  }
  return row;
}
