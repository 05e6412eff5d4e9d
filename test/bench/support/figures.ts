// What a benchmark returns, and the statistics behind it.

/** Named figures, nested at will. A figure's name ends with its unit. */
export interface Figures {
  readonly [name: string]: number | Figures;
}

/** One row a figure: its path and its value. */
export function rowsOf(figures: Figures, path = ""): [string, number][] {
  return Object.entries(figures).flatMap(([name, value]): [string, number][] =>
    typeof value === "number" ? [[path + name, value]] : rowsOf(value, `${path}${name}.`),
  );
}

/** The value that the given part of all values does not exceed. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The median of what `compare` says of each round: differences within a round are not spoilt by drift between rounds. */
export function medianOfRounds<Round>(rounds: readonly Round[], compare: (round: Round) => number): number {
  return median(rounds.map(compare));
}

export function rounded(value: number, digits = 0): number {
  return Number(value.toFixed(digits));
}

/** A size that the environment may set. */
export function sizeFrom(variable: string, standard: number): number {
  const size = Number(process.env[variable] ?? standard);
  if (!Number.isInteger(size) || size < 1) throw new Error(`${variable} must be a whole number from 1.`);
  return size;
}
