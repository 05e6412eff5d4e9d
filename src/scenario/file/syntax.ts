// What YAML says against a text, with the remedy where people commonly fall.
import type { ErrorCode } from "yaml";

const remedies: Partial<Record<ErrorCode, (at: string) => string>> = {
  DUPLICATE_KEY: (at) => `The key ${at.trim()} is there already. Each key may be there once.`,
  TAB_AS_INDENT: () => "A tab cannot indent in YAML. Use blanks.",
  BAD_DQ_ESCAPE: (at) => `${at} is no escape of YAML's double quotes. Put the text in single quotes, which have none.`,
  MULTIPLE_DOCS: () => "A file has one scenario; --- begins another document. Put it into a file of its own.",
  NON_STRING_KEY: () => "A key must be a text.",
  BAD_ALIAS: () => "No anchor of that name (&name) comes before this alias.",
  BAD_SCALAR_START: (at) => `A text cannot begin with ${at} here. Put it in quotes.`,
  TAG_RESOLVE_FAILED: (at) => `The tag ${at} is not known here. Take it away.`,
};

/** @param at the text that it is about */
export function describeSyntax(code: ErrorCode, message: string, at: string): string {
  const remedy = remedies[code]?.(at.length > 40 ? `${at.slice(0, 40)}…` : at);
  return remedy ?? `${message.split("\n", 1)[0]?.replace(/\.$/, "")}.`;
}
