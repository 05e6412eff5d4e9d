// The text of a file, and where something is in it: as an editor counts, and as somebody looks at it.
import { printable } from "../../core/printable.js";

/** A part of the text, by its offsets. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A place as editors count, from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** What a long line may take before and behind the place that is shown of it. */
const widestLine = 70;

export class Source {
  /** As it is told. */
  readonly file: string;
  /** Without a byte order mark. */
  readonly text: string;
  readonly #starts: readonly number[];

  constructor(file: string, text: string) {
    this.file = file;
    this.text = text.replace(/^\uFEFF/, "");
    this.#starts = [0, ...Array.from(this.text.matchAll(/\n/g), ({ index }) => index + 1)];
  }

  placeOf(offset: number): Place {
    const at = Math.max(0, Math.min(offset, this.text.length));
    // The last line that starts at or before the place, halving what is left: there may be a million lines.
    let [line, behind] = [0, this.#starts.length];
    while (behind - line > 1) {
      const middle = (line + behind) >>> 1;
      if ((this.#starts[middle] ?? 0) <= at) line = middle;
      else behind = middle;
    }
    return { line: line + 1, column: at - (this.#starts[line] ?? 0) + 1 };
  }

  /** The line with a caret under the part that is meant. */
  excerpt({ start, end }: Span): string {
    const { line, column } = this.placeOf(start);
    const first = this.#starts[line - 1] ?? 0;
    const text = (this.text.slice(first).split(/\r?\n/, 1)[0] ?? "").replaceAll("\t", " ");
    const from = column > widestLine ? column - widestLine / 2 : 0;
    const shown = text.slice(from, from + widestLine);
    const at = Math.min(column - 1 - from, shown.length);
    const carets = "^".repeat(Math.max(1, Math.min(end - start, shown.length - at)));
    const number = String(line);
    return `  ${number} | ${printable(shown)}\n  ${" ".repeat(number.length)} | ${" ".repeat(at)}${carets}`;
  }
}
