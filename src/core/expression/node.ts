// What a regular expression is made of.

/** True for a character by its code: a code point with the flags u and v, else a code unit. */
export type CharTest = (code: number) => boolean;

/** A text as codes. */
export type Codes = ArrayLike<number>;

export type Node =
  | { readonly type: "character"; readonly fits: CharTest }
  | { readonly type: "sequence"; readonly parts: readonly Node[] }
  | { readonly type: "choice"; readonly options: readonly Node[] }
  | { readonly type: "repeat"; readonly body: Node; readonly min: number; readonly max: number }
  /** Between two characters: `^`, `$`, `\b`, `\B`. */
  | { readonly type: "place"; readonly fits: (text: Codes, at: number) => boolean }
  /** `(?=…)`, `(?!…)`, `(?<=…)`, `(?<!…)`. */
  | { readonly type: "look"; readonly body: Node; readonly behind: boolean; readonly wanted: boolean };
