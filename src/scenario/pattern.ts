// Patterns of a file as the core and as starters take them.
import type { TextPattern } from "../core/model.js";
import type { Pattern } from "./model.js";

export function patternOf(pattern: Pattern): TextPattern {
  if (typeof pattern !== "string") return { type: "regexp", source: pattern.regex, flags: pattern.flags ?? "" };
  return /[*?]/.test(pattern) ? { type: "glob", glob: pattern } : { type: "exact", text: pattern };
}

/** As a test writes it. */
export function expressionOf(pattern: Pattern): string | RegExp {
  return typeof pattern === "string" ? pattern : new RegExp(pattern.regex, pattern.flags);
}
