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
    const sorted = mistakes.toSorted((one, other) => one.span.start - other.span.start);
    const told = sorted.slice(0, mostTold).map((mistake) => describeMistake(source, mistake));
    if (sorted.length > mostTold) told.push(`… and ${sorted.length - mostTold} more.`);
    super("BadScenario", told.join("\n"));
    const { file } = source;
    this.mistakes = sorted.map(({ span, message }) => ({ file, ...source.placeOf(span.start), message }));
  }
}

/** Whoever has read so many has something to do. */
const mostTold = 20;

function describeMistake(source: Source, { span, message }: Mistake): string {
  return `${placeIn(source, span)}: ${message}\n${source.excerpt(span)}`;
}

/** `FILE:LINE:COLUMN`, which terminals and editors open. */
export function placeIn(source: Source, { start }: Span): string {
  const { line, column } = source.placeOf(start);
  return `${source.file}:${line}:${column}`;
}
