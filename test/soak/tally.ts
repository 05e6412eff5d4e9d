// What a soak has come to: how scenarios ended, what was killed, and what must not be.
import { type Comparison, told } from "./measures.ts";
import type { Outcome } from "./runners.ts";
import type { Round, Scenario } from "./scenarios.ts";

/** What a scenario may end with where its requests' clients gave up. */
const afterAbort: ReadonlySet<string> = new Set(["OK", "StarterCrashed", "CheckpointNotReached", "StarterFailed"]);
/** And where a service was killed under it. */
const afterKill: ReadonlySet<string> = new Set([...afterAbort, "ProcessDied", "NoAgent", "NothingHeld"]);

export class Tally {
  #rounds = 0;
  readonly #endings = new Map<string, number>();
  readonly #codes = new Map<string, number>();
  readonly #kills = new Map<string, number>();
  readonly #leaks: string[] = [];
  readonly #unexpected: string[] = [];
  #comparisons: readonly Comparison[] = [];

  get hasFailed(): boolean {
    return this.#leaks.length + this.#unexpected.length > 0;
  }

  get line(): string {
    return `${sum(this.#endings)} scenarios in ${this.#rounds} rounds, ${sum(this.#kills)} kills`;
  }

  round(): void {
    this.#rounds += 1;
  }

  note(number: number, { kill }: Round, scenario: Scenario, outcome: Outcome): void {
    const { type } = scenario.ending;
    count(this.#endings, type);
    const code = outcome.type === "killed" ? "killed" : outcome.code;
    count(this.#codes, code);
    if (code === "killed") count(this.#kills, "runner");
    if (isExpected(code, type, kill !== undefined)) return;
    const message = outcome.type === "done" ? outcome.message : "";
    this.#unexpected.push(`round ${number}: ${JSON.stringify(scenario, null, 1)}\nended with ${code}: ${message}`);
  }

  killed(service: string): void {
    count(this.#kills, service);
  }

  leak(what: string): void {
    this.#leaks.push(what);
  }

  compare(comparisons: readonly Comparison[]): void {
    this.#comparisons = comparisons;
  }

  toString(): string {
    return [
      `${this.line}.`,
      `Scenarios: ${list(this.#endings)}.`,
      `Ended with: ${list(this.#codes)}.`,
      `Killed: ${list(this.#kills) || "nobody"}.`,
      ...this.#comparisons.map(
        ({ name, warm, now, samples }) =>
          `  ${name.padEnd(12)} heap ${told("heap", warm.heap)} → ${told("heap", now.heap)}, rss ${told("rss", warm.rss)} → ${told("rss", now.rss)}, descriptors ${warm.descriptors} → ${now.descriptors} (${samples} samples)`,
      ),
      ...this.#unexpected.map((it) => `UNEXPECTED ${it}`),
      ...this.#leaks.map((it) => `LEAK ${it}`),
      this.hasFailed ? "The soak has failed." : "Nothing leaked, nothing failed that should not.",
    ].join("\n");
  }
}

function isExpected(code: string, ending: Scenario["ending"]["type"], isKilled: boolean): boolean {
  if (ending === "die") return code === "killed" || (isKilled && afterKill.has(code));
  if (isKilled) return afterKill.has(code);
  return ending === "abort" ? afterAbort.has(code) : code === "OK";
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

function sum(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((total, it) => total + it, 0);
}

function list(counts: ReadonlyMap<string, number>): string {
  return [...counts].map(([name, number]) => `${number} × ${name}`).join(", ");
}
