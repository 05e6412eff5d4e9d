// What is wrong with a file: all of it at once, each with its place.
import { UsageError } from "../../core/errors.js";
import type { Place, Source, Span } from "./source.js";

/** Something in a file that makes no sense: where, what was expected, what is there. */
export interface Mistake {
  readonly span: Span;
  readonly message: string;
}

/** A mistake as programs take it. */
export interface PlacedMistake extends Place {
  readonly file: string;
  readonly message: string;
}

/** All mistakes of a file as one error, in the sequence in which they stand there. */
export class BadScenario extends UsageError {
  readonly mistakes: readonly PlacedMistake[];

  constructor(source: Source, mistakes: readonly Mistake[]) {
    const sorted = mistakes.toSorted((one, other) => one.span.start - other.span.start).slice(0, mostCollected);
    const told = sorted.slice(0, mostTold).map((mistake) => describeMistake(source, mistake));
    if (sorted.length > mostTold) told.push(`… and ${sorted.length - mostTold} more.`);
    super("BadScenario", told.join("\n"));
    const { file } = source;
    this.mistakes = sorted.map(({ span, message }) => ({ file, ...source.placeOf(span.start), message }));
  }
}

/** Whoever has read so many has something to do. */
const mostTold = 20;
/** So many are looked for: a file may have a mistake in every line, and each costs. */
export const mostCollected = 1_000;

/** What is wrong with each of the items, until there are more than anybody reads. */
export function mistakesAmong<T>(items: Iterable<T>, mistakesOf: (item: T) => readonly Mistake[]): readonly Mistake[] {
  const found: Mistake[] = [];
  for (const item of items) {
    found.push(...mistakesOf(item));
    if (found.length >= mostCollected) break;
  }
  return found.slice(0, mostCollected);
}

function describeMistake(source: Source, { span, message }: Mistake): string {
  return `${placeIn(source, span)}: ${message}\n${source.excerpt(span)}`;
}

/** `FILE:LINE:COLUMN`, which terminals and editors open. */
export function placeIn(source: Source, { start }: Span): string {
  const { line, column } = source.placeOf(start);
  return `${source.file}:${line}:${column}`;
}
