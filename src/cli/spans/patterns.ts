// Patterns that mean a text, as an order takes them, and as far as can be no other.
import { runLimits } from "../../core/limits.js";
import type { TextPattern } from "../../core/model.js";
import { escaped } from "../../core/printable.js";

/** Agents tell no more of a name. */
const nameLimit = 1_024;
/** So much of a name is written that cannot be written whole: escaped to the last character it is still taken. */
const writtenLength = 160;
/** What a text of the code cannot say: nothing, what stands for others, and half a character, which is told as U+FFFD. */
const needsExpression = /^$|[*?\ufffd\p{Surrogate}]/u;

/** The name's patterns, the one that means least first: the whole of it where that can be written, and its beginning. */
export function namePatterns(name: string): readonly TextPattern[] {
  const whole = patternOf(name);
  const isTaken = whole.type === "exact" || (whole.type === "regexp" && whole.source.length <= runLimits.pattern);
  return [
    ...(name.length < nameLimit && isTaken ? [whole] : []),
    ...(name.length > writtenLength ? [beginningOf(name)] : []),
  ];
}

export function patternOf(text: string): TextPattern {
  return needsExpression.test(text)
    ? { type: "regexp", source: `^${sourceOf(text)}$`, flags: "" }
    : { type: "exact", text };
}

function beginningOf(name: string): TextPattern {
  // Not half of a character.
  const length = (name.codePointAt(writtenLength - 1) ?? 0) > 0xffff ? writtenLength + 1 : writtenLength;
  const text = name.slice(0, length);
  return needsExpression.test(text)
    ? { type: "regexp", source: `^${sourceOf(text)}`, flags: "" }
    : { type: "glob", glob: `${text}*` };
}

function sourceOf(text: string): string {
  return escaped(text.replace(/[\\^$.|+*?()[\]{}/]/g, "\\$&").replace(/[\ufffd\p{Surrogate}]/gu, "."));
}
