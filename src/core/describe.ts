import type { AgentRef, AttributePattern, Checkpoint, Phase, SpanFacts, SpanMatch, TextPattern } from "./model.js";

/** A checkpoint as the line of code that makes it, such as `alice.after("pg.query:SELECT bank")`. */
export function describeCheckpoint(checkpoint: Checkpoint): string {
  const call = checkpoint.span
    ? `${checkpoint.phase}(${describeMatch(checkpoint.span, checkpoint)})`
    : checkpoint.phase;
  return `${checkpoint.actor}.${call}${checkpoint.ifReached ? ".ifReached()" : ""}`;
}

/** A span and the side on which something happened, such as `after pg.query:SELECT bank`. */
export function describePlace(phase: Phase, span: SpanFacts): string {
  return `${phase} ${span.name}`;
}

/** A thread under test, by its process. */
export function describeAgent({ service, pid }: AgentRef): string {
  return `${service} (pid ${pid})`;
}

/** The span that begins an adopted actor, as the options of adopt() are written. */
export function describeAdopted(match: SpanMatch): string {
  return `{ ${[`span: ${describePattern(match.name)}`, ...describeOptions(match)].join(", ")} }`;
}

/** A value that is none of those that are taken: a text that looks like a number is told as a text. */
export function describeGiven(value: unknown): string {
  return typeof value === "string" ? `the text ${JSON.stringify(value)}` : String(value);
}

function describeMatch(match: SpanMatch, { nth, hold }: Pick<Checkpoint, "nth" | "hold">): string {
  const options = describeOptions(match);
  if (nth !== undefined) options.push(`nth: ${nth}`);
  if (hold !== undefined) options.push(`hold: ${JSON.stringify(hold)}`);
  return describePattern(match.name) + (options.length > 0 ? `, { ${options.join(", ")} }` : "");
}

function describeOptions(match: SpanMatch): string[] {
  const options: string[] = [];
  if (match.service !== undefined) options.push(`service: ${JSON.stringify(match.service)}`);
  if (match.kind !== undefined) options.push(`kind: ${JSON.stringify(match.kind)}`);
  if (match.attributes.length > 0)
    options.push(`attributes: { ${match.attributes.map(describeAttribute).join(", ")} }`);
  return options;
}

function describeAttribute({ key, value }: AttributePattern): string {
  return `${JSON.stringify(key)}: ${typeof value === "object" ? describePattern(value) : String(value)}`;
}

function describePattern(pattern: TextPattern): string {
  switch (pattern.type) {
    case "exact":
      return JSON.stringify(pattern.text);
    case "glob":
      return JSON.stringify(pattern.glob);
    case "regexp":
      return `/${pattern.source}/${pattern.flags}`;
  }
}
