// Puts in what is known before anything runs: the environment's variables and the databases' URLs. Of services it is
// checked that they can be named there.
import type { Environment } from "../../runner/environment.js";
import { type Mistake, mostCollected } from "../file/mistake.js";
import type { Source, Span } from "../file/source.js";
import { mapTexts, type Node, nodeAt, type Path, type Scalar, textOf } from "../file/tree.js";
import { literal, type Part, partsOf } from "../template.js";
import { hintOf, thereAre } from "./hint.js";
import { captures } from "./regex.js";
import { isSection, namesIn } from "./sections.js";

/** Where services have been started when the text is used. */
const lateSections: readonly unknown[] = ["prepare", "starters", "order", "expect"];
const numbers: readonly unknown[] = ["stepTimeoutMs", "stallMs", "readyTimeoutMs", "stopTimeoutMs", "port"];

/** @returns the tree with what is known put in; texts that may name a service are templates still */
export function putIn(root: Node, source: Source, env: Environment): { root: Node; mistakes: readonly Mistake[] } {
  const mistakes: Mistake[] = [];
  const filler = new Filler(root, source, env, mistakes);
  return { root: mapTexts(root, (text, path, span) => filler.fill(text, path, span)), mistakes };
}

class Filler {
  readonly #root: Node;
  readonly #source: Source;
  readonly #env: Environment;
  readonly #mistakes: Mistake[];
  readonly #services: readonly string[] | undefined;
  readonly #databases: readonly string[] | undefined;

  constructor(root: Node, source: Source, env: Environment, mistakes: Mistake[]) {
    this.#root = root;
    this.#source = source;
    this.#env = env;
    this.#mistakes = mistakes;
    this.#services = namesIn(root, "services");
    this.#databases = namesIn(root, "databases");
  }

  fill(text: string, path: Path, span: Span): Scalar {
    const isLate = lateSections.includes(path[0]) || path[0] === "services";
    const parts = partsOf(text);
    const filled = parts.map((part) => {
      const known = this.#known(part, path, span);
      if (known === undefined) return "source" in part ? part.source : "";
      return isLate ? literal(known) : known;
    });
    const told = filled.join("");
    const [only] = parts;
    const isNumber = parts.length === 1 && only?.type === "variable" && numbers.includes(path.at(-1));
    return isNumber && /^\d+$/.test(told) ? Number(told) : told;
  }

  /** `undefined` for what only a run knows, and for mistakes. */
  #known(part: Part, path: Path, span: Span): string | undefined {
    switch (part.type) {
      case "text":
        return part.text;
      case "unknown":
        return this.#mistake(
          part,
          span,
          `${part.source} is no reference: write \${NAME}, \${NAME:-default}, \${service.url} or \${service.port}; for the text itself $${"$"}{.`,
        );
      case "variable": {
        const { name, fallback } = part;
        const value = this.#env[name];
        if (fallback !== undefined && (value === undefined || value === "")) return fallback;
        if (value !== undefined) return value;
        return this.#mistake(
          part,
          span,
          `The environment has no variable ${name}. Set it, or give a default: \${${name}:-default}.`,
        );
      }
      case "value":
        return this.#databases?.includes(part.of)
          ? this.#ofDatabase(part, path, span)
          : this.#ofService(part, path, span);
    }
  }

  #ofDatabase(part: Part & { readonly type: "value" }, path: Path, span: Span): string | undefined {
    if (path[0] === "databases") return this.#mistake(part, span, "A database's URL cannot name another one.");
    const node = nodeAt(this.#root, "databases", part.of);
    const url = textOf(node) ?? textOf(nodeAt(node, "url")) ?? "";
    const filled = partsOf(url).map((it) => {
      if (it.type === "text") return it.text;
      // What is wrong with it is told at the database.
      return it.type === "variable" ? this.#env[it.name] || (it.fallback ?? "") : "";
    });
    const whole = filled.join("");
    if (part.key === "url") return whole;
    return URL.canParse(whole) ? new URL(whole).port : "";
  }

  #ofService(part: Part & { readonly type: "value" }, path: Path, span: Span): undefined {
    const { of, key, source } = part;
    const [services, databases] = [this.#services, this.#databases];
    if (!services?.includes(of)) {
      if (!services || !databases) return undefined;
      const names = [...services, ...databases];
      const told = names.length > 0 ? thereAre(names) : "The file has none.";
      return this.#mistake(
        part,
        span,
        `${source}: there is no service or database "${of}".${hintOf(of, names)} ${told}`,
      );
    }
    // What nobody knows the section of may be meant for any.
    if (!isSection(path[0])) return undefined;
    const own = path[0] === "services" ? services.indexOf(String(path[1])) : Number.POSITIVE_INFINITY;
    if (path[0] !== "services" && !lateSections.includes(path[0]))
      return this.#mistake(part, span, `${source}: nothing is known of services here: they do not run.`);
    if (services.indexOf(of) >= own)
      return this.#mistake(
        part,
        span,
        `${source}: "${of}" is not started yet here. Services are started in the sequence of the file: put it in front.`,
      );
    const ready = textOf(nodeAt(this.#root, "services", of, "ready"));
    if (ready !== undefined && !captures(ready))
      return this.#mistake(
        part,
        span,
        `${source}: the ${key} of "${of}" is not known. Let its ready expression capture the port: 'listening on (\\d+)'.`,
      );
    return undefined;
  }

  /** At the reference itself, where the text is written as it is meant. */
  #mistake(part: Part, { start, end }: Span, message: string): undefined {
    if (this.#mistakes.length >= mostCollected) return undefined;
    const source = "source" in part ? part.source : "";
    const at = this.#source.text.slice(start, end).indexOf(source);
    const span = at < 0 ? { start, end } : { start: start + at, end: start + at + source.length };
    if (!this.#mistakes.some((it) => it.span.start === span.start && it.message === message))
      this.#mistakes.push({ span, message });
    return undefined;
  }
}
