// A checkpoint as a test in TypeScript lists it, and as `spangate spans` prints it, for whoever pastes one into a file.
import { parse, stringify } from "yaml";

const text = /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'/.source;
const regex = /\/(?:\\.|[^/\\])+\/[a-z]*/.source;
const checkpoint = new RegExp(
  `(?<![\\w$])([\\w$]+)\\.(?:(before|after)\\(((?:${text}|${regex}|[^()"'/])*)\\)|(started|finished|blocked))(\\.ifReached\\(\\))?`,
  "g",
);

/** The checkpoint that the code lists first, as an entry of an order: `{ actor: ben, after: SELECT }`. */
export function entryOf(code: string): string | undefined {
  const found = [...code.matchAll(checkpoint)];
  const isTogether = /\btogether\(/.test(code);
  const listed = isTogether ? found : found.filter(([, , side, , , ifReached]) => side ?? ifReached).slice(0, 1);
  if (listed.length === 0) return undefined;
  try {
    const entries = listed.map(toEntry);
    return stringify(isTogether ? { together: entries } : entries[0], { collectionStyle: "flow", lineWidth: 0 }).trim();
  } catch {
    // It has more than such a line.
    return undefined;
  }
}

function toEntry([, actor, side, args = "", at, ifReached]: RegExpExecArray): unknown {
  const flag = ifReached === undefined ? {} : { ifReached: true };
  if (side === undefined) return ifReached === undefined ? `${actor}.${at}` : { actor, at, ...flag };
  const [pattern, conditions] = parse(`[${withoutRegexes(args)}]`) as readonly [unknown, object?];
  return { actor, [side]: pattern, ...conditions, ...flag };
}

// All else of such code is YAML as well.
function withoutRegexes(args: string): string {
  return args.replaceAll(new RegExp(`(${text})|${regex}`, "g"), (all, quoted?: string) => {
    const end = all.lastIndexOf("/");
    const flags = all.slice(end + 1);
    return quoted ?? JSON.stringify({ regex: all.slice(1, end), ...(flags !== "" && { flags }) });
  });
}
