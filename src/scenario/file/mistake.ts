// What is wrong with a file: all of it at once, each with its place.
import { UsageError } from "../../core/errors.js";
import type { Source, Span } from "./source.js";

/** Something in a file that makes no sense: where, what was expected, what is there. */
export interface Mistake {
  readonly span: Span;
  readonly message: string;
}

/** A reader that has found a hundred has told enough. */
const mostTold = 20;

/** All mistakes of a file as one error, in the sequence in which they stand there. */
export function errorOfMistakes(source: Source, mistakes: readonly Mistake[]): UsageError {
  const sorted = mistakes.toSorted((one, other) => one.span.start - other.span.start);
  const told = sorted.slice(0, mostTold).map((mistake) => describeMistake(source, mistake));
  if (sorted.length > mostTold) told.push(`… and ${sorted.length - mostTold} more.`);
  return new UsageError("BadScenario", told.join("\n"));
}

function describeMistake(source: Source, { span, message }: Mistake): string {
  return `${placeIn(source, span)}: ${message}\n${source.excerpt(span)}`;
}

/** `FILE:LINE:COLUMN`, which terminals and editors open. */
export function placeIn(source: Source, { start }: Span): string {
  const { line, column } = source.placeOf(start);
  return `${source.file}:${line}:${column}`;
}
