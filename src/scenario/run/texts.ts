// A text against what is expected of it. Pure.
import { Expression } from "../../core/expression/expression.js";
import { matchLimitMs, matchWithin } from "../../runner/bounded-match.js";
import { quoted } from "../check/describe.js";
import type { ExpectedText } from "../model.js";
import type { Difference } from "./difference.js";

/** A line end at the very end counts for nothing: programs write one, and so does YAML's `|`. */
export function differencesOfText(at: string, expected: ExpectedText, found: string): readonly Difference[] {
  if (typeof expected === "string") return ofLines(at, linesOf(expected), linesOf(found));
  if ("contains" in expected) {
    const { contains } = expected;
    return found.includes(contains) ? [] : [{ at, expected: `contains ${quoted(contains)}`, found: quoted(found) }];
  }
  const { matches } = expected;
  const fits = matchesIn(matches, found);
  if (fits === true) return [];
  const late = ` takes more than ${matchLimitMs} ms: write it without repetitions in repetitions`;
  return [{ at, expected: `matches /${matches}/${fits === "late" ? late : ""}`, found: quoted(found) }];
}

// The automaton answers in bounded time. It takes no references back to groups, and looks only so far; what it leaves is
// for Node's engine, which may find no end.
function matchesIn(source: string, text: string): boolean | "late" {
  const expression = expressionOf(source);
  if (expression && text.length <= expression.reach) return expression.test(text);
  const match = matchWithin(new RegExp(source), text);
  return match === "late" ? match : match !== null;
}

function expressionOf(source: string): Expression | undefined {
  try {
    return new Expression(source, "");
  } catch {
    return undefined;
  }
}

function ofLines(at: string, expected: readonly string[], found: readonly string[]): readonly Difference[] {
  const length = Math.max(expected.length, found.length);
  return Array.from({ length }, (_, line) => line)
    .filter((line) => expected[line] !== found[line])
    .map((line) => ({
      at: length > 1 ? `${at}, line ${line + 1}` : at,
      expected: told(expected[line]),
      found: told(found[line]),
    }));
}

function told(line: string | undefined): string {
  return line === undefined ? "" : quoted(line);
}

function linesOf(text: string): readonly string[] {
  return text.replace(/\r?\n$/, "").split(/\r?\n/);
}
