// What an order must be before anything starts. Both the runner and the coordinator ask here.
import { describeCheckpoint, describeGiven } from "./describe.js";
import type { ErrorCode } from "./errors.js";
import { Expression } from "./expression/expression.js";
import { runLimits } from "./limits.js";
import type { AdoptedActor, Checkpoint, SpanKind, SpanMatch, Step, TextPattern } from "./model.js";

const spanKinds: readonly SpanKind[] = ["internal", "server", "client", "producer", "consumer"];

/** A mistake in a run's definition: what is wrong and how to mend it. */
export interface OrderMistake {
  readonly code: ErrorCode;
  readonly message: string;
}

/** The first mistake of a run's definition, if there is one. */
export function findMistake(
  starters: readonly string[],
  order: readonly Step[],
  adopted: readonly AdoptedActor[] = [],
): OrderMistake | undefined {
  return (
    mistakeOfStarters(starters) ??
    mistakeOfSteps(order) ??
    firstOf(adopted, (it) => mistakeOfAdoption(it, starters)) ??
    firstOf(order.flat(), (it) => mistakeOf(it, starters)) ??
    mistakeOfEnds(order)
  );
}

/** A mistake of one pattern, if there is one. */
export function mistakeOfPattern(pattern: TextPattern): OrderMistake | undefined {
  switch (pattern.type) {
    case "exact":
      if (pattern.text === "") return badPattern('A pattern must not be empty. Use "*" for any text.');
      return mistakeOfLength("A text", pattern.text, runLimits.text);
    case "glob":
      if (pattern.glob === "") return badPattern('A pattern must not be empty. Use "*" for any text.');
      if (pattern.glob.includes("**"))
        return badPattern(
          `The glob ${JSON.stringify(pattern.glob)} has "**". Span names are no paths: "*" matches slashes too, so write "*".`,
        );
      return mistakeOfLength("A glob", pattern.glob, runLimits.pattern);
    case "regexp":
      return (
        mistakeOfLength("A regular expression", pattern.source, runLimits.pattern) ??
        mistakeOfExpression(pattern.source, pattern.flags)
      );
  }
}

function mistakeOfStarters(starters: readonly string[]): OrderMistake | undefined {
  if (starters.length === 0)
    return { code: "BadOrder", message: "A runner needs at least one starter: gateway.runner([alice, bob], [...])." };
  if (starters.length > runLimits.starters) return tooMany("starters", starters.length, runLimits.starters);
  const long = starters.find((name) => name.length > runLimits.text);
  if (long !== undefined)
    return {
      code: "BadOption",
      message: `A starter's name may have ${runLimits.text} characters; one has ${long.length}.`,
    };
  const empty = starters.find((name) => name.trim() === "");
  if (empty !== undefined)
    return {
      code: "BadOption",
      message: "A starter's name must not be empty: it is the actor's name in the order and in errors.",
    };
  const twice = starters.find((name, at) => starters.indexOf(name) !== at);
  if (twice === undefined) return undefined;
  return {
    code: "DuplicateStarter",
    message: `Two starters are named "${twice}". Give each its own name: it is how the order and the results tell them apart.`,
  };
}

function mistakeOfSteps(order: readonly Step[]): OrderMistake | undefined {
  if (order.length === 0) {
    return {
      code: "BadOrder",
      message:
        'The order is empty, so nothing would be held. List at least one checkpoint, such as alice.after("pg.query:SELECT bank").',
    };
  }
  const count = order.reduce((sum, step) => sum + step.length, 0);
  if (count > runLimits.checkpoints) return tooMany("checkpoints", count, runLimits.checkpoints);
  return order.some((step) => step.length === 0)
    ? { code: "BadOrder", message: "together() needs at least one checkpoint." }
    : undefined;
}

function mistakeOf(checkpoint: Checkpoint, starters: readonly string[]): OrderMistake | undefined {
  const { actor, phase, span, nth, hold } = checkpoint;
  if (!starters.includes(actor)) {
    return {
      code: "UnknownStarter",
      message: `The order names ${describeCheckpoint(checkpoint)}, but the runner has no starter "${actor}". It has ${starters.map((name) => `"${name}"`).join(", ")}: add the starter to the runner's list, or take the checkpoint out.`,
    };
  }
  const isSpan = phase === "before" || phase === "after";
  if (isSpan !== (span !== undefined))
    return { code: "BadOrder", message: `${describeCheckpoint(checkpoint)}: only before and after have a span.` };
  if (nth !== undefined && (!Number.isInteger(nth) || nth < 1)) {
    return {
      code: "BadOption",
      message: `nth must be a whole number from 1, counted from the actor's start; it is ${describeGiven(nth)}.`,
    };
  }
  if (hold !== undefined && hold !== "flow" && hold !== "thread") {
    return { code: "BadOption", message: `hold must be "flow" or "thread"; it is ${JSON.stringify(hold)}.` };
  }
  return span && mistakeOfSpan(span);
}

function mistakeOfAdoption({ actor, span }: AdoptedActor, starters: readonly string[]): OrderMistake | undefined {
  if (starters.includes(actor)) return mistakeOfSpan(span);
  return { code: "UnknownStarter", message: `The run adopts "${actor}", which is none of its starters.` };
}

/** A mistake of what a span must be, if there is one. */
export function mistakeOfSpan(span: SpanMatch): OrderMistake | undefined {
  const { service, kind } = span;
  if (kind !== undefined && !spanKinds.includes(kind)) {
    const known = spanKinds.map((it) => `"${it}"`).join(", ");
    return { code: "BadOption", message: `kind must be one of ${known}; it is ${JSON.stringify(kind)}.` };
  }
  if (service !== undefined && (typeof service !== "string" || service === "")) {
    const is = JSON.stringify(service);
    return { code: "BadOption", message: `service must be a service's name, one text that is not empty; it is ${is}.` };
  }
  const { length } = span.attributes;
  if (length > runLimits.attributes) {
    const message = `A checkpoint may ask for ${runLimits.attributes} attributes; one asks for ${length}.`;
    return { code: "BadOption", message };
  }
  const long = [service ?? "", ...span.attributes.map(({ key }) => key)].find((it) => it.length > runLimits.text);
  if (long !== undefined) {
    const message = `A service's name and an attribute's may have ${runLimits.text} characters; one has ${long.length}.`;
    return { code: "BadOption", message };
  }
  const texts = [span.name, ...span.attributes.map(({ value }) => value).filter((value) => typeof value === "object")];
  return firstOf(texts, mistakeOfPattern);
}

// `started` can only open an actor's life, and nothing of it comes after `finished`.
function mistakeOfEnds(order: readonly Step[]): OrderMistake | undefined {
  for (const step of order) {
    const finished = step.find(({ phase }) => phase === "finished");
    if (finished && step.some((it) => it !== finished && it.actor === finished.actor)) {
      return {
        code: "BadOrder",
        message: `${describeCheckpoint(finished)} is listed together with another checkpoint of "${finished.actor}", at which it would stand. List it after.`,
      };
    }
  }
  const before = new Set<string>();
  const ended = new Set<string>();
  for (const step of order) {
    for (const checkpoint of step) {
      const { actor, phase } = checkpoint;
      if (phase === "started" && before.has(actor)) {
        return {
          code: "BadOrder",
          message: `${describeCheckpoint(checkpoint)} comes after another checkpoint of "${actor}". List it first: an actor starts once.`,
        };
      }
      if (ended.has(actor)) {
        return {
          code: "BadOrder",
          message: `${describeCheckpoint(checkpoint)} comes after ${actor}.finished. List it earlier: an actor that has finished reaches nothing.`,
        };
      }
      if (phase === "finished") ended.add(actor);
      before.add(actor);
    }
  }
  return undefined;
}

function mistakeOfLength(what: string, text: string, limit: number): OrderMistake | undefined {
  if (text.length <= limit) return undefined;
  return badPattern(
    `${what} may have ${limit} characters; ${JSON.stringify(`${text.slice(0, 40)}…`)} has ${text.length}. Name less of it.`,
  );
}

function mistakeOfExpression(source: string, flags: string): OrderMistake | undefined {
  if (/[gy]/.test(flags))
    return badPattern(
      `The regular expression /${source}/${flags} has the flag g or y, which makes its answer depend on earlier calls. Take the flag away.`,
    );
  try {
    new Expression(source, flags);
    return undefined;
  } catch (error) {
    return badPattern(error instanceof Error ? error.message : String(error));
  }
}

function tooMany(what: string, count: number, limit: number): OrderMistake {
  return { code: "BadOrder", message: `A run may have ${limit} ${what}; this one has ${count}. Make several of it.` };
}

function badPattern(message: string): OrderMistake {
  return { code: "BadPattern", message };
}

function firstOf<T>(items: readonly T[], find: (item: T) => OrderMistake | undefined): OrderMistake | undefined {
  for (const item of items) {
    const mistake = find(item);
    if (mistake) return mistake;
  }
  return undefined;
}
