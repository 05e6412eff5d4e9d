// Names that stand for something must be the names of something.
import { type Mistake, mistakesAmong } from "../file/mistake.js";
import { entriesOf, itemsOf, type Node, nodeAt, textOf } from "../file/tree.js";
import { hintOf, listed, thereAre } from "./hint.js";
import { namesIn } from "./sections.js";

/** Whoever can be named in a file; `undefined` where nobody knows. */
interface Names {
  readonly starters: readonly string[] | undefined;
  readonly services: readonly string[] | undefined;
  readonly databases: readonly string[] | undefined;
}

/** Works on a tree of any shape: a reader wants to hear of all mistakes at once. */
export function checkNames(root: Node): readonly Mistake[] {
  const names = namesOf(root);
  const expectations = expectationsOf(root);
  return [
    ...checkOwnNames(root, names),
    ...mistakesAmong(checkpointsOf(root), (node) => [...checkActor(node, names), ...checkService(node, names)]),
    ...mistakesAmong(entriesOf(nodeAt(root, "starters")), ({ value }) => checkService(nodeAt(value, "adopt"), names)),
    ...mistakesAmong(expectations, (node) => checkName(nodeAt(node, "starter"), "starter", names.starters)),
    ...mistakesAmong([...expectations, ...deedsOf(root)], (node) => checkDatabase(node, names)),
  ];
}

/** The checkpoints of an order, those in together too. */
export function checkpointsOf(root: Node): readonly Node[] {
  return itemsOf(nodeAt(root, "order")).flatMap((step) => {
    if (nodeAt(step, "expect")) return [];
    const together = nodeAt(step, "together");
    return together ? itemsOf(together) : [step];
  });
}

/** All expectations, those in the order too. */
export function expectationsOf(root: Node): readonly Node[] {
  const inOrder = itemsOf(nodeAt(root, "order")).flatMap((step) => itemsOf(nodeAt(step, "expect")));
  return [...inOrder, ...itemsOf(nodeAt(root, "expect"))];
}

export function deedsOf(root: Node): readonly Node[] {
  return ["setup", "prepare", "teardown"].flatMap((section) => itemsOf(nodeAt(root, section)));
}

/** A starter's name and the end that a text such as `alice.finished` names. */
export function endOf(text: string): readonly [actor: string, at: string] {
  const dot = text.lastIndexOf(".");
  return [text.slice(0, dot), text.slice(dot + 1)];
}

function namesOf(root: Node): Names {
  const [starters, services] = [namesIn(root, "starters"), namesIn(root, "services")];
  const spawned = entriesOf(nodeAt(root, "services")).map(({ key, value }) => textOf(nodeAt(value, "name")) ?? key);
  const processes = entriesOf(nodeAt(root, "starters"))
    .filter(({ value }) => nodeAt(value, "command"))
    .map(({ key, value }) => textOf(nodeAt(value, "service")) ?? key);
  return {
    starters,
    services: starters && services && [...new Set([...spawned, ...processes])],
    databases: namesIn(root, "databases"),
  };
}

function checkOwnNames(root: Node, { databases = [] }: Names): readonly Mistake[] {
  const twice = entriesOf(nodeAt(root, "services")).filter(({ key }) => databases.includes(key));
  const blank = entriesOf(nodeAt(root, "starters")).filter(({ key }) => key.trim() === "");
  return [
    ...twice.map(({ key, keySpan }) => {
      return { span: keySpan, message: `A database is named "${key}" already: \${${key}.url} would mean both.` };
    }),
    ...blank.map(({ keySpan }) => ({ span: keySpan, message: "A starter needs a name that is not empty." })),
  ];
}

function checkActor(node: Node, names: Names): readonly Mistake[] {
  const text = textOf(node);
  if (text === undefined) return checkName(nodeAt(node, "actor"), "starter", names.starters);
  const [actor, at] = endOf(text);
  if (!["started", "finished", "blocked"].includes(at) || actor === "") return [];
  return checkName({ ...node, type: "scalar", value: actor }, "starter", names.starters);
}

function checkService(node: Node | undefined, names: Names): readonly Mistake[] {
  return checkName(nodeAt(node, "service"), "service", names.services);
}

function checkName(node: Node | undefined, what: string, known: readonly string[] | undefined): readonly Mistake[] {
  const name = textOf(node);
  if (!node || !known || name === undefined || name === "" || known.includes(name)) return [];
  const told = known.length > 0 ? thereAre(known) : "The file has none.";
  return [{ span: node.span, message: `There is no ${what} "${name}".${hintOf(name, known)} ${told}` }];
}

function checkDatabase(node: Node, { databases }: Names): readonly Mistake[] {
  const named = nodeAt(node, "database");
  if (named) return checkName(named, "database", databases);
  const statement = textOf(node) === undefined ? (nodeAt(node, "sql") ?? nodeAt(node, "file")) : node;
  if (!statement || !databases || databases.length === 1) return [];
  const message =
    databases.length === 0
      ? "There is no database to ask. Name one: databases: { db: postgres://… }."
      : `Which database? Say it by database: there are ${listed(databases)}.`;
  return [{ span: statement.span, message }];
}
