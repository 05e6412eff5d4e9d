// Transcripts of a shell in a page of Markdown.

/** A command as it is typed, and what it writes. */
export interface Typed {
  readonly line: string;
  readonly output: string;
  /** Ctrl-C ends it. */
  readonly interrupted: boolean;
}

export function transcriptsOf(page: string): readonly Typed[] {
  const blocks = [...page.matchAll(/```console\n(.*?)```/gs)].map(([, block = ""]) => block);
  return blocks.flatMap((block) =>
    block.split(/^\$ /m).flatMap((entry) => {
      const [line = "", ...written] = entry.trimEnd().split("\n");
      const interrupted = written.at(-1) === "^C";
      return line === ""
        ? []
        : [{ line, output: (interrupted ? written.slice(0, -1) : written).join("\n"), interrupted }];
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
