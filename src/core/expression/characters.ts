// Single characters of a regular expression. Node's own engine says what each means, under all flags; with one character
// there is nothing that it could try twice.
import type { CharTest, Node } from "./node.js";

const tableSize = 256;

/** @param source one character, escape or class */
export function characterOf(source: string, flags: string): Node {
  return { type: "character", fits: charTest(source, flags) };
}

export function literalOf(code: number, flags: string): Node {
  const fits = (other: number) => other === code;
  if (!flags.includes("i")) return { type: "character", fits };
  const hex = code.toString(16);
  return characterOf(isUnicode(flags) ? `\\u{${hex}}` : `\\u${hex.padStart(4, "0")}`, flags);
}

export function startOf(flags: string): Node {
  const isBehindLine = flags.includes("m") ? isLineEnd : () => false;
  return { type: "place", fits: (text, at) => at === 0 || isBehindLine(text[at - 1] ?? 0) };
}

export function endOf(flags: string): Node {
  const isBeforeLine = flags.includes("m") ? isLineEnd : () => false;
  return { type: "place", fits: (text, at) => at === text.length || isBeforeLine(text[at] ?? 0) };
}

/** @param wanted false between two characters of a word, or of none */
export function wordBorder(flags: string, wanted: boolean): Node {
  const isWord = charTest("\\w", flags);
  const isWordAt = (code: number | undefined) => code !== undefined && isWord(code);
  return { type: "place", fits: (text, at) => (isWordAt(text[at - 1]) !== isWordAt(text[at])) === wanted };
}

/** True where a character is a code point. */
export function isUnicode(flags: string): boolean {
  return /[uv]/.test(flags);
}

function isLineEnd(code: number): boolean {
  return code === 0x0a || code === 0x0d || code === 0x2028 || code === 0x2029;
}

function charTest(source: string, flags: string): CharTest {
  const expression = new RegExp(`^(?:${source})$`, flags.replace("m", ""));
  const toText = isUnicode(flags) ? String.fromCodePoint : String.fromCharCode;
  const ask = (code: number) => expression.test(toText(code));
  // 0 is not asked yet.
  const known = new Uint8Array(tableSize);
  return (code) => {
    if (code >= tableSize) return ask(code);
    known[code] ||= ask(code) ? 2 : 1;
    return known[code] === 2;
  };
}
