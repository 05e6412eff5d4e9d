// A regular expression as a program of an automaton (Thompson, "Regular Expression Search Algorithm", 1968).
import type { CharTest, Codes, Node } from "./node.js";

export type Instruction =
  /** Goes on with the next instruction, one character further. */
  | { readonly op: "character"; readonly fits: CharTest }
  /** Goes on with both. */
  | { readonly op: "fork"; to: number; or: number }
  | { readonly op: "place"; readonly fits: (text: Codes, at: number) => boolean }
  /** Goes on where a look has, or has not, been fulfilled. */
  | { readonly op: "look"; readonly look: number; readonly wanted: boolean }
  | { readonly op: "end" };

/** A look and its program: it says of every place in the text whether the look is fulfilled there. */
export interface Look {
  readonly program: readonly Instruction[];
  /** False for what lies ahead: its program runs through the text from its end. */
  readonly behind: boolean;
}

export interface Automaton {
  readonly program: readonly Instruction[];
  /** Inner ones come before those that they are in. */
  readonly looks: readonly Look[];
  /** Instructions of all programs. */
  readonly size: number;
}

/** How many instructions an expression may have: `(…){1,500}` has its body 500 times. */
export const sizeLimit = 2_000;

/** @throws {SyntaxError} for an expression that is too large */
export function toAutomaton(root: Node, described: string): Automaton {
  const size = sizeOf(root) + 1;
  if (size > sizeLimit) {
    throw new SyntaxError(
      `The regular expression ${described} is too large: with its repetitions written out it has ${size} parts, at most ${sizeLimit} are taken. Count fewer of them.`,
    );
  }
  const looks: Look[] = [];
  const program = compile(root, false, looks);
  return { program, looks, size };
}

function sizeOf(node: Node): number {
  switch (node.type) {
    case "character":
    case "place":
      return 1;
    case "look":
      return 2 + sizeOf(node.body);
    case "sequence":
      return node.parts.reduce((sum, part) => sum + sizeOf(part), 0);
    case "choice":
      return node.options.reduce((sum, option) => sum + sizeOf(option) + 2, 0);
    case "repeat": {
      const { body, min, max } = node;
      const optional = max === Infinity ? 1 : max - min;
      return min * sizeOf(body) + optional * (sizeOf(body) + 2);
    }
  }
}

/** @param backwards for a text that is read from its end */
function compile(root: Node, backwards: boolean, looks: Look[]): readonly Instruction[] {
  const program: Instruction[] = [];
  const fork = () => {
    const instruction = { op: "fork" as const, to: program.length + 1, or: program.length + 1 };
    program.push(instruction);
    return instruction;
  };
  const emit = (node: Node): void => {
    switch (node.type) {
      case "character":
        return void program.push({ op: "character", fits: node.fits });
      case "place":
        return void program.push({ op: "place", fits: node.fits });
      case "look": {
        const { behind, wanted } = node;
        const body = compile(node.body, !behind, looks);
        looks.push({ program: body, behind });
        return void program.push({ op: "look", look: looks.length - 1, wanted });
      }
      case "sequence":
        for (const part of backwards ? node.parts.toReversed() : node.parts) emit(part);
        return;
      case "choice": {
        const last = node.options.length - 1;
        const ends = node.options.map((option, at) => {
          // Behind the last option there is no other.
          const entry = at < last ? fork() : undefined;
          emit(option);
          const end = fork();
          if (entry) entry.or = program.length;
          return end;
        });
        for (const end of ends) end.to = end.or = program.length;
        return;
      }
      case "repeat": {
        for (let count = 0; count < node.min; count += 1) emit(node.body);
        if (node.max === Infinity) {
          const start = program.length;
          const entry = fork();
          emit(node.body);
          const again = fork();
          again.to = again.or = start;
          entry.or = program.length;
          return;
        }
        const entries = Array.from({ length: node.max - node.min }, () => {
          const entry = fork();
          emit(node.body);
          return entry;
        });
        for (const entry of entries) entry.or = program.length;
      }
    }
  };
  emit(root);
  program.push({ op: "end" });
  return program;
}
