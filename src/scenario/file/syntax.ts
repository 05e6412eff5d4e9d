// What YAML says against a text, with the remedy where people commonly fall.
import type { ErrorCode, YAMLError } from "yaml";
import { type Mistake, mostCollected } from "./mistake.js";
import { slipIn } from "./slips.js";

const misplaced = "It is not indented as it must be here, or a [ or { before it is not closed.";
const goesOn =
  'A text goes on in the next line here, and then a key follows. Is a ":" missing, or is the next line indented too far?';
const leftOver =
  "This belongs to nothing before it. Is it indented as the lines before, is a bracket too much, or must a text be in quotes?";
const notBegun = "A list goes on here that has not begun. Is a dash missing before, or the indent another one?";
/** What is told of lines that are in order behind one that is not. */
const consequences: readonly string[] = [misplaced, goesOn, leftOver, notBegun];

/** By the line from the place on. */
const remedies: Partial<Record<ErrorCode, (rest: string) => string>> = {
  TAB_AS_INDENT: () => "A tab cannot indent in YAML. Use blanks.",
  BAD_DQ_ESCAPE: (rest) =>
    `${rest.slice(0, 2)} is no escape of YAML's double quotes. Put the text in single quotes, which have none.`,
  MULTIPLE_DOCS: () => "A file has one scenario; --- begins another document. Put it into a file of its own.",
  NON_STRING_KEY: () => "A key must be a text.",
  BLOCK_AS_IMPLICIT_KEY: (rest) => (/:\s/.test(rest) ? 'A text with ": " in it must be in quotes.' : goesOn),
  MULTILINE_IMPLICIT_KEY: () => goesOn,
  BAD_INDENT: () => misplaced,
  BAD_SCALAR_START: (rest) => `A text cannot begin with ${rest.charAt(0)} here. Put it in quotes.`,
  RESOURCE_EXHAUSTION: () => "It is nested too deeply.",
  TAG_RESOLVE_FAILED: (rest) => `The tag ${startOf(rest, /^\S*/)} is not known here. Take it away.`,
};

/** By YAML's own words, where one code stands for many things. */
const reworded: readonly (readonly [said: RegExp, message: string])[] = [
  [/^A block sequence may not/, notBegun],
  [/^Missing closing 'quote/, "A text in quotes does not end: a ' is missing."],
  [/^Missing closing "quote/, 'A text in quotes does not end: a " is missing.'],
  [/^Implicit map keys need to be followed/, 'Expected a key, ":" and a blank. Is a ":" or a dash missing?'],
  [/^Unexpected \S+ (token in YAML stream|at node end)/, leftOver],
];

/** What a remedy looks at of a line, which may be the whole file. */
const longestRest = 200;

/** One a line: where YAML has lost its way it says much of one mistake. */
export function syntaxMistakes(text: string, problems: readonly YAMLError[]): readonly Mistake[] {
  const sorted = problems.slice(0, mostCollected).toSorted((one, other) => one.pos[0] - other.pos[0]);
  const mistakes: Mistake[] = [];
  let lineEnd = -1;
  for (const problem of sorted) {
    const [start] = problem.pos;
    if (start <= lineEnd) continue;
    const next = text.indexOf("\n", start);
    lineEnd = next < 0 ? text.length : next;
    const mistake = mistakeOf(problem, text, lineEnd);
    if (mistakes.length === 0 || !consequences.includes(mistake.message)) mistakes.push(mistake);
  }
  return mistakes;
}

function mistakeOf({ code, message, pos: [start, end] }: YAMLError, text: string, lineEnd: number): Mistake {
  const lineStart = start === 0 ? 0 : text.lastIndexOf("\n", start - 1) + 1;
  const slip = slipIn(text.slice(lineStart, lineEnd).replace(/\r$/, ""));
  if (slip) return { ...slip, span: { start: lineStart + slip.span.start, end: lineStart + slip.span.end } };
  const rest = text.slice(start, Math.min(lineEnd, start + longestRest)).replace(/\r$/, "");
  return { span: { start, end }, message: describeSyntax(code, message, rest) };
}

function describeSyntax(code: ErrorCode, message: string, rest: string): string {
  const [, known] = reworded.find(([said]) => said.test(message)) ?? [];
  return known ?? remedies[code]?.(rest) ?? `${message.split("\n", 1)[0]?.replace(/\.$/, "")}.`;
}

function startOf(rest: string, pattern: RegExp): string {
  const [text = ""] = pattern.exec(rest) ?? [];
  return text.length > 40 ? `${text.slice(0, 40)}…` : text.trim();
}
