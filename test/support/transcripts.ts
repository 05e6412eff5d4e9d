// Transcripts of a shell in a page of Markdown.

/** A command as it is typed, and what it writes. */
export interface Typed {
  readonly line: string;
  readonly output: string;
  /** What it has written when Ctrl-C ends it; absent where it ends by itself. */
  readonly interruptedAt?: string;
}

export function transcriptsOf(page: string): readonly Typed[] {
  const blocks = [...page.matchAll(/```console\n(.*?)```/gs)].map(([, block = ""]) => block);
  return blocks.flatMap((block) =>
    block.split(/^\$ /m).flatMap((entry) => {
      const [line = "", ...written] = entry.trimEnd().split("\n");
      const end = written.indexOf("^C");
      const output = written.filter((_, at) => at !== end).join("\n");
      const interrupted = end < 0 ? {} : { interruptedAt: written.slice(0, end).join("\n") };
      return line === "" ? [] : [{ line, output, ...interrupted }];
    }),
  );
}

/** What fits the output of a page: `…` is anything in a line, a number is any number, and blanks are alike. */
export function patternOf(output: string): RegExp {
  const text = inOneLine(output).replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
  return new RegExp(`^${text.replaceAll("…", "\\S+").replace(/\d+/g, "\\d+")}$`);
}

export function inOneLine(text: string): string {
  return text.trim().replace(/\s+/g, " ");
}
