// Slips of the pen that YAML tells as something else, or reads as something else.
import { entryOf } from "./code.js";
import type { Mistake } from "./mistake.js";

export const globHint = 'A glob that begins with * must be in quotes: "*SELECT".';

/** What is looked at of a line, which may be the whole file. */
const longestLine = 1_000;

/** The slip that makes a line no YAML, where one can be known: at its place in the line. */
export function slipIn(line: string): Mistake | undefined {
  if (line.length > longestLine) return undefined;
  const blank = placeBehind(line, /^[ -]*(?=\u00a0)/) ?? placeBehind(line, /^.*?:(?=\u00a0)/);
  if (blank !== undefined) return { span: { start: blank, end: blank + 1 }, message: noBreakSpace };
  const start = placeBehind(line, /^\s*(?:- +)*/) ?? 0;
  const item = line.slice(start);
  const why = mistakeOfDash(item) ?? mistakeOfCode(item);
  if (why !== undefined) return { span: { start, end: line.length }, message: why };
  // An alias has a name, and nothing behind it.
  const star = placeBehind(line, /[:,[-] +(?=\*(?![^\s,[\]{}]+ *(?:[,}\]#]|$)))/);
  return star === undefined ? undefined : { span: { start: star, end: star + 1 }, message: globHint };
}

/** What is wrong with a text that stands where a list, keys or another text are expected. */
export function mistakeOfText(text: string): string | undefined {
  if (text.length > longestLine) return undefined;
  return mistakeOfBlanks(text) ?? mistakeOfDash(text) ?? mistakeOfCode(text);
}

/**
 * What is wrong with a key without quotes: such code as `alice.after("x", { nth: 2 })` is one to YAML.
 * @param file the text that has it
 */
export function mistakeOfKey(key: string, file: string, start: number): string | undefined {
  if (!key.includes("(")) return mistakeOfBlanks(key);
  const [line = ""] = file.slice(start, start + longestLine).split("\n", 1);
  return mistakeOfBlanks(key) ?? mistakeOfCode(line);
}

function mistakeOfBlanks(text: string): string | undefined {
  return /^\u00a0|:\u00a0/.test(text) ? noBreakSpace : undefined;
}

const noBreakSpace = "Here is a no-break space, which looks like a blank and is none. Write a blank.";

function mistakeOfDash(text: string): string | undefined {
  return /^-[A-Za-z_"'{[]/.test(text) ? 'A dash needs a blank behind it, as in "- alice.finished".' : undefined;
}

function mistakeOfCode(text: string): string | undefined {
  const entry = entryOf(text);
  return entry === undefined ? undefined : `In a scenario this is written ${entry}.`;
}

function placeBehind(line: string, pattern: RegExp): number | undefined {
  const found = pattern.exec(line);
  return found ? found.index + found[0].length : undefined;
}
