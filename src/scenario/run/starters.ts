// A scenario's starters and its order as a test writes them.
import { resolve } from "node:path";
import { type Checkpoint, type SpanOptions, together } from "../../runner/checkpoint.js";
import type { Gateway } from "../../runner/gateway.js";
import type { OrderEntry } from "../../runner/runner.js";
import type { Starter } from "../../runner/starter.js";
import { endOf } from "../check/names.js";
import type { CheckpointEntry, SpanConditions, StarterEntry, StepEntry } from "../model.js";
import { expressionOf } from "../pattern.js";
import { callHttp } from "./http.js";
import { environmentOf } from "./services.js";
import type { Stage } from "./stage.js";

export function starterOf(stage: Stage, gateway: Gateway, name: string, template: StarterEntry): Starter {
  const entry = stage.fill(template);
  if ("http" in entry) return gateway.starter(name, () => callHttp(entry.http, stage.over.signal));
  if ("adopt" in entry) {
    const { span, ...conditions } = entry.adopt;
    return gateway.adopt(name, { ...conditionsOf(conditions), span: expressionOf(span) });
  }
  const { command, cwd = ".", env, service, hold } = entry;
  return gateway.starter.process(name, command.map(String), {
    cwd: resolve(stage.read.folder, cwd),
    env: environmentOf(env),
    ...(service !== undefined && { service }),
    ...(hold && { hold }),
  });
}

/** @returns the step's entry of the order; none for what is only looked at there */
export function stepOf(entry: StepEntry, starters: ReadonlyMap<string, Starter>): OrderEntry | undefined {
  if (typeof entry === "object" && "expect" in entry) return undefined;
  if (typeof entry === "object" && "together" in entry)
    return together(...entry.together.map((it) => checkpointOf(it, starters)));
  return checkpointOf(entry, starters);
}

function checkpointOf(entry: CheckpointEntry, starters: ReadonlyMap<string, Starter>): Checkpoint {
  if (typeof entry === "string") {
    const [actor, at] = endOf(entry);
    return starterNamed(actor, starters)[at as "started" | "finished" | "blocked"];
  }
  const starter = starterNamed(entry.actor, starters);
  const checkpoint =
    "at" in entry
      ? starter[entry.at]
      : "before" in entry
        ? starter.before(expressionOf(entry.before), optionsOf(entry))
        : starter.after(expressionOf(entry.after), optionsOf(entry));
  return entry.ifReached ? checkpoint.ifReached() : checkpoint;
}

function starterNamed(name: string, starters: ReadonlyMap<string, Starter>): Starter {
  const starter = starters.get(name);
  if (!starter) throw new Error(`There is no starter ${name}.`);
  return starter;
}

function optionsOf(entry: SpanConditions & Pick<SpanOptions, "nth" | "hold">): SpanOptions {
  const { nth, hold } = entry;
  return { ...conditionsOf(entry), ...(nth !== undefined && { nth }), ...(hold && { hold }) };
}

function conditionsOf({
  service,
  kind,
  attributes,
}: SpanConditions): Pick<SpanOptions, "service" | "kind" | "attributes"> {
  return {
    ...(service !== undefined && { service }),
    ...(kind && { kind }),
    ...(attributes && {
      attributes: Object.fromEntries(
        Object.entries(attributes).map(([key, value]) => [
          key,
          typeof value === "number" || typeof value === "boolean" ? value : expressionOf(value),
        ]),
      ),
    }),
  };
}
