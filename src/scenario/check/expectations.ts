// An expectation must expect something, and something that its starter can have.
import type { Mistake } from "../file/mistake.js";
import { entriesOf, type Node, nodeAt, textOf } from "../file/tree.js";
import { expectationsOf } from "./names.js";

const ofAnswers = ["status", "headers", "json", "body"];
const ofProcesses = ["exitCode", "stdout", "stderr"];

/** Works on a tree of any shape. */
export function checkExpectations(root: Node): readonly Mistake[] {
  return expectationsOf(root).flatMap((node) => [...checkContent(node), ...checkStarter(root, node)]);
}

function checkContent(node: Node): readonly Mistake[] {
  const isOfRows = nodeAt(node, "sql") !== undefined;
  const starter = nodeAt(node, "starter");
  if (!isOfRows && !nodeAt(node, "http") && !starter) return [];
  const wanted = isOfRows ? ["rows", "value"] : starter ? [...ofAnswers, ...ofProcesses] : ofAnswers;
  if (wanted.some((key) => nodeAt(node, key))) return [];
  const message = `Nothing is expected here. Give one of ${wanted.join(", ")}.`;
  return [{ span: entriesOf(node)[0]?.keySpan ?? node.span, message }];
}

function checkStarter(root: Node, node: Node): readonly Mistake[] {
  const name = textOf(nodeAt(node, "starter"));
  const starter = name === undefined ? undefined : nodeAt(root, "starters", name);
  if (!starter) return [];
  const [what, none] = nodeAt(starter, "http")
    ? ["makes an HTTP call", ofProcesses]
    : nodeAt(starter, "command")
      ? ["is a command", ofAnswers]
      : ["is adopted", [...ofAnswers, ...ofProcesses]];
  return entriesOf(node)
    .filter(({ key }) => none.includes(key))
    .map(({ key, keySpan }) => ({ span: keySpan, message: `"${name}" ${what}: it has no ${key}.` }));
}
