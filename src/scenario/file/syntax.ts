// What YAML says against a text, with the remedy where people commonly fall.
import type { ErrorCode } from "yaml";

/** By the line from the place on. */
const remedies: Partial<Record<ErrorCode, (rest: string) => string>> = {
  TAB_AS_INDENT: () => "A tab cannot indent in YAML. Use blanks.",
  BAD_DQ_ESCAPE: (rest) =>
    `${rest.slice(0, 2)} is no escape of YAML's double quotes. Put the text in single quotes, which have none.`,
  MULTIPLE_DOCS: () => "A file has one scenario; --- begins another document. Put it into a file of its own.",
  NON_STRING_KEY: () => "A key must be a text.",
  BLOCK_AS_IMPLICIT_KEY: () => 'A text with ": " in it must be in quotes.',
  BAD_INDENT: () => "It is not indented as it must be here, or a [ or { before it is not closed.",
  BAD_SCALAR_START: (rest) => `A text cannot begin with ${rest.charAt(0)} here. Put it in quotes.`,
  RESOURCE_EXHAUSTION: () => "It is nested too deeply.",
  TAG_RESOLVE_FAILED: (rest) => `The tag ${startOf(rest, /^\S*/)} is not known here. Take it away.`,
};

/** @param rest the line from the place on */
export function describeSyntax(code: ErrorCode, message: string, rest: string): string {
  return remedies[code]?.(rest) ?? `${message.split("\n", 1)[0]?.replace(/\.$/, "")}.`;
}

function startOf(rest: string, pattern: RegExp): string {
  const [text = ""] = pattern.exec(rest) ?? [];
  return text.length > 40 ? `${text.slice(0, 40)}…` : text.trim();
}
