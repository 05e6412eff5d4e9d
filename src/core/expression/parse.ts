// Reads an ECMAScript regular expression that Node's own engine has read before: it is known to be well formed.
import { characterOf, endOf, isUnicode, literalOf, startOf, wordBorder } from "./characters.js";
import type { Node } from "./node.js";

const looks = { "(?=": [false, true], "(?!": [false, false], "(?<=": [true, true], "(?<!": [true, false] } as const;
/** Properties of texts, not of characters. */
const ofTexts = /\\q\{|\\p\{(Basic_Emoji|Emoji_Keycap_Sequence|RGI_\w+)\}/;

/** @throws {SyntaxError} for what no automaton can match */
export function parse(source: string, flags: string): Node {
  return new Parser(source, flags).parse();
}

class Parser {
  readonly #source: string;
  readonly #flags: string;
  #at = 0;

  constructor(source: string, flags: string) {
    this.#source = source;
    this.#flags = flags;
  }

  parse(): Node {
    const options = [this.#sequence()];
    while (this.#take("|")) options.push(this.#sequence());
    const [only] = options;
    return options.length === 1 && only ? only : { type: "choice", options };
  }

  #sequence(): Node {
    const parts: Node[] = [];
    while (this.#at < this.#source.length && !"|)".includes(this.#source.charAt(this.#at))) {
      parts.push(this.#repeated(this.#term()));
    }
    return { type: "sequence", parts };
  }

  #term(): Node {
    if (this.#take("^")) return startOf(this.#flags);
    if (this.#take("$")) return endOf(this.#flags);
    if (this.#take("\\b")) return wordBorder(this.#flags, true);
    if (this.#take("\\B")) return wordBorder(this.#flags, false);
    if (this.#isNext("(")) return this.#group();
    if (this.#isNext("[")) return characterOf(this.#slice(this.#class()), this.#flags);
    if (this.#isNext("\\")) return characterOf(this.#slice(this.#escape()), this.#flags);
    if (this.#take(".")) return characterOf(".", this.#flags);
    const code = this.#codeAt(this.#at);
    this.#at += code > 0xffff ? 2 : 1;
    return literalOf(code, this.#flags);
  }

  #group(): Node {
    for (const [opening, [behind, wanted]] of Object.entries(looks)) {
      if (this.#take(opening)) return { type: "look", body: this.#body(), behind, wanted };
    }
    const [opening] = /^\((\?:|\?<[^>]*>|(?!\?))/.exec(this.#rest) ?? [];
    if (opening === undefined) throw this.#refused("flags of a group");
    this.#at += opening.length;
    return this.#body();
  }

  #body(): Node {
    const body = this.parse();
    this.#take(")");
    return body;
  }

  #repeated(body: Node): Node {
    const [quantifier, sign, least, comma, most] = /^(?:([*+?])|\{(\d+)(,?)(\d*)\})\??/.exec(this.#rest) ?? [];
    if (quantifier === undefined) return body;
    this.#at += quantifier.length;
    if (sign !== undefined)
      return { type: "repeat", body, min: sign === "+" ? 1 : 0, max: sign === "?" ? 1 : Infinity };
    const min = Number(least);
    return { type: "repeat", body, min, max: comma === "" ? min : most === "" ? Infinity : Number(most) };
  }

  /** The length of the class that is next. */
  #class(): number {
    const nests = this.#flags.includes("v");
    let depth = 0;
    for (let at = this.#at; ; at += 1) {
      const character = this.#source[at];
      if (character === "\\") at += 1;
      else if (character === "[" && (nests || depth === 0)) depth += 1;
      else if (character === "]") depth -= 1;
      if (depth === 0) return at + 1 - this.#at;
    }
  }

  /** The length of the escape that is next. */
  #escape(): number {
    if (/^\\([1-9]|0\d|k)/.test(this.#rest)) throw this.#refused("a reference back to a group, or a number in octal");
    if (/^\\c(?![a-zA-Z])/.test(this.#rest)) throw this.#refused("\\c without a letter");
    const known = isUnicode(this.#flags)
      ? /^\\(x..|u\{[^}]*\}|u[dD][89abAB]..\\u[dD][c-fC-F]..|u....|[pP]\{[^}]*\}|c.|.)/su
      : /^\\(x[\da-fA-F]{2}|u[\da-fA-F]{4}|c.|.)/s;
    return known.exec(this.#rest)?.[0].length ?? 2;
  }

  #slice(length: number): string {
    const slice = this.#source.slice(this.#at, this.#at + length);
    if (this.#flags.includes("v") && ofTexts.test(slice)) throw this.#refused("a class of texts");
    this.#at += length;
    return slice;
  }

  #codeAt(at: number): number {
    return (isUnicode(this.#flags) ? this.#source.codePointAt(at) : this.#source.charCodeAt(at)) ?? 0;
  }

  get #rest(): string {
    return this.#source.slice(this.#at);
  }

  #isNext(text: string): boolean {
    return this.#source.startsWith(text, this.#at);
  }

  #take(text: string): boolean {
    const isNext = this.#isNext(text);
    if (isNext) this.#at += text.length;
    return isNext;
  }

  #refused(what: string): SyntaxError {
    return new SyntaxError(
      `The regular expression /${this.#source}/${this.#flags} has ${what}, which no service could match in bounded time. Write it without, or use a glob.`,
    );
  }
}
