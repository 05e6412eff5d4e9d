// Regular expressions that cannot freeze whoever runs them. Node's own engine tries every way through an expression, one
// after the other: `(a+)+$` takes it more than a lifetime in a line of text. Here all ways are gone at once, so that a
// match takes as many steps as the text has characters times as the expression has parts, and no more.
//
// Its answers are those of Node's engine: `test` is all that is asked of it, so which way was taken makes no difference.

import { isUnicode } from "./characters.js";
import type { Codes } from "./node.js";
import { parse } from "./parse.js";
import { type Automaton, type Instruction, toAutomaton } from "./program.js";

/** How many characters of a text are looked at, at most. */
export const textLimit = 65_536;
/** How many steps a match may take: of large expressions fewer characters are looked at. A tenth of a second or so. */
export const stepLimit = 10_000_000;

export class Expression {
  readonly #automaton: Automaton;
  readonly #flags: string;
  /** How many instructions the last text took. */
  steps = 0;

  /** @throws {SyntaxError} for what cannot be read, refers back to groups, or is too large */
  constructor(source: string, flags: string) {
    // What it says of mistakes is what people know.
    new RegExp(source, flags);
    this.#flags = flags;
    this.#automaton = toAutomaton(parse(source, flags), `/${source}/${flags}`);
  }

  /** How many instructions it has. */
  get size(): number {
    return this.#automaton.size;
  }

  /** How many characters of a text it looks at. */
  get reach(): number {
    return Math.min(textLimit, Math.floor(stepLimit / this.size) - 1);
  }

  /** True when it matches somewhere in the text, as far as it looks. */
  test(text: string): boolean {
    // One more, which tells that the text goes on.
    const codes = codesOf(text.slice(0, this.reach + 1), isUnicode(this.#flags));
    const fulfilled: Uint8Array[] = [];
    this.steps = 0;
    for (const { program, behind } of this.#automaton.looks) {
      const places = new Uint8Array(codes.length + 1);
      this.#run(program, codes, fulfilled, !behind, (at) => {
        places[at] = 1;
        return false;
      });
      fulfilled.push(places);
    }
    return this.#run(this.#automaton.program, codes, fulfilled, false, () => true);
  }

  /**
   * Begins at every place of the text.
   * @param onEnd told every place at which a way ends; true ends all
   * @returns true when that has ended it
   */
  #run(
    program: readonly Instruction[],
    text: Codes,
    fulfilled: readonly Uint8Array[],
    backwards: boolean,
    onEnd: (at: number) => boolean,
  ): boolean {
    const step = backwards ? -1 : 1;
    const end = Math.min(text.length, this.reach);
    const last = backwards ? 0 : end;
    // The place at which an instruction was met last: once is enough.
    const met = new Int32Array(program.length).fill(-1);
    // Used up at every place, and filled anew for the next one.
    const here: number[] = [];
    const characters: number[] = [];
    for (let at = backwards ? end : 0; ; at += step) {
      here.push(0);
      for (let next = here.pop(); next !== undefined; next = here.pop()) {
        if (met[next] === at) continue;
        met[next] = at;
        this.steps += 1;
        const instruction = program[next];
        switch (instruction?.op) {
          case "character":
            characters.push(next);
            break;
          case "fork":
            here.push(instruction.or, instruction.to);
            break;
          case "place":
            if (instruction.fits(text, at)) here.push(next + 1);
            break;
          case "look":
            if ((fulfilled[instruction.look]?.[at] === 1) === instruction.wanted) here.push(next + 1);
            break;
          case "end":
            if (onEnd(at)) return true;
        }
      }
      if (at === last) return false;
      const code = text[backwards ? at - 1 : at] ?? 0;
      for (const it of characters) if (fitsCharacter(program[it], code)) here.push(it + 1);
      characters.length = 0;
    }
  }
}

function fitsCharacter(instruction: Instruction | undefined, code: number): boolean {
  return instruction?.op === "character" && instruction.fits(code);
}

function codesOf(text: string, byCodePoint: boolean): Codes {
  if (byCodePoint) return Array.from(text, (character) => character.codePointAt(0) ?? 0);
  const codes = new Uint16Array(text.length);
  for (let at = 0; at < codes.length; at += 1) codes[at] = text.charCodeAt(at);
  return codes;
}
