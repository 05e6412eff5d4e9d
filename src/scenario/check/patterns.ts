// Patterns and URLs, each at its place.
import type { OrderMistake } from "../../core/order.js";
import { mistakeOfPattern } from "../../core/order.js";
import type { Mistake } from "../file/mistake.js";
import { entriesOf, type Node, nodeAt, textOf } from "../file/tree.js";
import { patternOf } from "../pattern.js";
import { fill, partsOf } from "../template.js";
import { checkpointsOf, deedsOf, expectationsOf } from "./names.js";
import { mistakeOfRegex } from "./regex.js";

/** Works on a tree of any shape. */
export function checkPatterns(root: Node): readonly Mistake[] {
  const adopted = entriesOf(nodeAt(root, "starters")).map(({ value }) => nodeAt(value, "adopt"));
  const spans = [...checkpointsOf(root), ...adopted];
  const services = entriesOf(nodeAt(root, "services")).map(({ value }) => value);
  const starters = entriesOf(nodeAt(root, "starters")).map(({ value }) => value);
  const callers = [...starters, ...expectationsOf(root), ...deedsOf(root)];
  return [
    ...spans.flatMap((node) => ["before", "after", "span"].flatMap((key) => checkSpan(nodeAt(node, key)))),
    ...spans.flatMap((node) => entriesOf(nodeAt(node, "attributes")).flatMap(({ value }) => checkSpan(value))),
    ...services.flatMap((node) => checkExpression(nodeAt(node, "ready"))),
    ...expectationsOf(root).flatMap(expectedTextsOf).flatMap(checkExpression),
    ...services.flatMap((node) => [...checkUrl(nodeAt(node, "url")), ...checkUrl(nodeAt(node, "ready", "http"))]),
    ...callers.flatMap((node) => checkCall(nodeAt(node, "http"))),
    ...entriesOf(nodeAt(root, "databases")).flatMap(({ value }) => checkDatabaseUrl(nodeAt(value, "url") ?? value)),
  ];
}

function expectedTextsOf(node: Node): readonly (Node | undefined)[] {
  const texts = ["body", "stdout", "stderr"].map((key) => nodeAt(node, key));
  const headers = entriesOf(nodeAt(node, "headers")).map(({ value }) => value);
  return [...texts, ...headers].map((text) => nodeAt(text, "matches"));
}

function checkSpan(node: Node | undefined): readonly Mistake[] {
  const regex = nodeAt(node, "regex");
  const text = textOf(regex ?? node);
  if (!node || text === undefined || text === "") return [];
  const place = regex ?? node;
  const flags = textOf(nodeAt(node, "flags"));
  // Flags that are none are told by the shape.
  if (flags !== undefined && mistakeOfRegex("", flags) !== undefined) return [];
  const why = regex ? mistakeOfRegex(filled(text), flags) : undefined;
  if (why !== undefined) return [{ span: place.span, message: why }];
  const mistake: OrderMistake | undefined = mistakeOfPattern(
    patternOf(regex ? { regex: filled(text), ...(flags !== undefined && { flags }) } : filled(text)),
  );
  return mistake ? [{ span: place.span, message: mistake.message }] : [];
}

function checkExpression(node: Node | undefined): readonly Mistake[] {
  const text = textOf(node);
  const why = text === undefined ? undefined : mistakeOfRegex(filled(text));
  return node && why !== undefined ? [{ span: node.span, message: why }] : [];
}

function checkCall(node: Node | undefined): readonly Mistake[] {
  const text = textOf(node);
  if (text === undefined) return checkUrl(nodeAt(node, "url"));
  const url = /^[A-Z-]+ (\S.*)$/s.exec(text)?.[1];
  return node && url !== undefined ? checkUrl({ ...node, type: "scalar", value: url }) : [];
}

function checkUrl(node: Node | undefined): readonly Mistake[] {
  const text = textOf(node);
  if (!node || text === undefined || text === "") return [];
  const url = filled(text);
  if (/^https?:\/\//i.test(url) && URL.canParse(url)) return [];
  const message = `${JSON.stringify(text)} is no URL. It begins with http:// or https://, or with a service's: \${bank.url}/path.`;
  return [{ span: node.span, message }];
}

function checkDatabaseUrl(node: Node): readonly Mistake[] {
  const url = textOf(node);
  if (url === undefined || url === "" || partsOf(url).some(({ type }) => type !== "text")) return [];
  if (/^(postgres|postgresql|mysql|mariadb):\/\//.test(url) && URL.canParse(url)) return [];
  // It is not told: it may have a password.
  const message = "This is no database's URL. It begins with postgres://, mysql:// or mariadb://.";
  return [{ span: node.span, message }];
}

/** As it will be, as far as a check has to know. */
function filled(template: string): string {
  // What is no reference is told elsewhere.
  if (partsOf(template).some(({ type }) => type === "unknown" || type === "variable")) return "http://unknown";
  return fill(template, (_, key) => (key === "url" ? "http://127.0.0.1:1" : "1"));
}
