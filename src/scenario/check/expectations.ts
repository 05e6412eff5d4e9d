// An expectation must expect something, and something that its starter can have.
import type { Mistake } from "../file/mistake.js";
import { entriesOf, type Node, nodeAt, textOf } from "../file/tree.js";
import { expectationsOf } from "./names.js";

const ofAnswers = ["status", "headers", "json", "body"];
const ofProcesses = ["exitCode", "stdout", "stderr"];
/** What a starter is by its key, and what its end has not. */
const kinds = [
  { key: "http", is: "makes an HTTP call", lacks: ofProcesses },
  { key: "command", is: "is a command", lacks: ofAnswers },
  { key: "adopt", is: "is adopted", lacks: [...ofAnswers, ...ofProcesses] },
];

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
  const kind = kinds.find(({ key }) => nodeAt(starter, key));
  return entriesOf(node)
    .filter(({ key }) => kind?.lacks.includes(key))
    .map(({ key, keySpan }) => ({ span: keySpan, message: `"${name}" ${kind?.is}: it has no ${key}.` }));
}
