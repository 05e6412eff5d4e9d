/** The end of an output, where an error tells itself. */
export function lastLines(text: string, count: number): readonly string[] {
  return text.trimEnd().split("\n").slice(-count);
}
