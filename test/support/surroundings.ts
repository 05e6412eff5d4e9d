// What a command has of its process, without one.
import type { Surroundings } from "../../src/cli/surroundings.ts";

class Text {
  text = "";
  readonly isTTY: boolean;
  readonly columns: number;

  constructor(isTTY: boolean, columns: number) {
    this.isTTY = isTTY;
    this.columns = columns;
  }

  write(text: string): void {
    this.text += text;
  }
}

export class FakeSurroundings implements Surroundings {
  readonly stdin: { readonly isTTY: boolean };
  readonly stdout: Text;
  readonly stderr: Text;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;

  constructor({
    cwd = ".",
    env = {},
    isTTY = false,
    columns = 80,
  }: Partial<Surroundings> & { isTTY?: boolean; columns?: number } = {}) {
    this.cwd = cwd;
    this.env = env as Record<string, string>;
    this.stdin = { isTTY };
    this.stdout = new Text(isTTY, columns);
    this.stderr = new Text(isTTY, columns);
  }

  readonly unread = new Promise<void>(() => {});
  /** The codes that the process was to end with. */
  readonly exits: number[] = [];
  /** What `now` tells. */
  time = 0;
  readonly #listeners = new Set<(signal: NodeJS.Signals) => void>();

  onSignals(signals: readonly NodeJS.Signals[], listener: (signal: NodeJS.Signals) => void): () => void {
    const hear = (signal: NodeJS.Signals) => {
      if (signals.includes(signal)) listener(signal);
    };
    this.#listeners.add(hear);
    return () => {
      this.#listeners.delete(hear);
    };
  }

  exit(exitCode: number): void {
    this.exits.push(exitCode);
  }

  now(): number {
    return this.time;
  }

  signal(signal: NodeJS.Signals): void {
    for (const hear of this.#listeners) hear(signal);
  }
}
