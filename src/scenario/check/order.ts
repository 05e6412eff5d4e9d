// What an order must be as a whole, asked where the runner and the coordinator ask too.
import type { Checkpoint, Step } from "../../core/model.js";
import { findMistake } from "../../core/order.js";
import type { Mistake } from "../file/mistake.js";
import { type Node, nodeAt } from "../file/tree.js";
import type { CheckpointEntry, Pattern, Scenario, SpanConditions } from "../model.js";
import { patternOf } from "../pattern.js";
import { endOf } from "./names.js";

/** @param scenario as the tree says it: of the right shape, with names and patterns that are */
export function checkOrder(root: Node, { starters, order }: Scenario): readonly Mistake[] {
  const names = Object.keys(starters);
  const steps: Step[] = [];
  const mistakes: Mistake[] = [];
  for (const [at, entry] of order.entries()) {
    const node = nodeAt(root, "order", at) ?? root;
    if (typeof entry === "object" && "expect" in entry) {
      if (steps.length === 0) {
        const message = "Nothing has happened yet that could be expected. Put it behind a checkpoint.";
        mistakes.push({ span: node.span, message });
      }
      continue;
    }
    const listed = typeof entry === "object" && "together" in entry ? entry.together : [entry];
    steps.push(listed.map(toCore));
    const mistake = mistakes.length === 0 ? findMistake(names, steps) : undefined;
    if (mistake) mistakes.push({ span: node.span, message: mistake.message });
  }
  if (steps.length > 0 || mistakes.length > 0) return mistakes;
  const message = "The order has no checkpoint, so nothing would be held. List one, such as alice.finished.";
  return [{ span: nodeAt(root, "order")?.span ?? root.span, message }];
}

function toCore(entry: CheckpointEntry): Checkpoint {
  const none = { index: 0, span: undefined, nth: undefined, hold: undefined, ifReached: false };
  if (typeof entry === "string") {
    const [actor, at] = endOf(entry);
    return { ...none, actor, phase: at as Checkpoint["phase"] };
  }
  const { actor, ifReached = false } = entry;
  if ("at" in entry) return { ...none, actor, ifReached, phase: entry.at };
  const { nth, hold } = entry;
  const [phase, name] = "before" in entry ? (["before", entry.before] as const) : (["after", entry.after] as const);
  return { ...none, actor, ifReached, phase, nth, hold, span: toMatch(name, entry) };
}

function toMatch(name: Pattern, { service, kind, attributes = {} }: SpanConditions) {
  const asked = Object.entries(attributes).map(([key, value]) => ({
    key,
    value: typeof value === "number" || typeof value === "boolean" ? value : patternOf(value),
  }));
  return { name: patternOf(name), service, kind, attributes: asked };
}
