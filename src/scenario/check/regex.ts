// Regular expressions of a file: those of Node, and for spans those that agents match.

/** What Node says against it, if anything. */
export function mistakeOfRegex(source: string, flags = ""): string | undefined {
  try {
    new RegExp(source, flags);
    return undefined;
  } catch (error) {
    return `${error instanceof Error ? error.message : String(error)}.`;
  }
}

/** False for an expression without a group that captures; what is no expression is told elsewhere. */
export function captures(source: string): boolean {
  return mistakeOfRegex(source) !== undefined || (new RegExp(`${source}|`).exec("")?.length ?? 0) > 1;
}
