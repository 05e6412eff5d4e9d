// Checks values against the schema, and says in a reader's words what was expected. Any validator says the same yes or
// no; their messages speak of the schema, and of each alternative.
import { type Mistake, mostCollected } from "../file/mistake.js";
import { mistakeOfText } from "../file/slips.js";
import type { Span } from "../file/source.js";
import { type Entry, type Node, textOf } from "../file/tree.js";
import { describeFound, describeValue, quoted } from "./describe.js";
import { hintOf, nearestOf, thereAre } from "./hint.js";
import { resolveSchema, type Schema } from "./schema.js";

/** In longer texts no word is looked for that is wrong. */
const longestMended = 100;

/** @param schema the root, whose definitions are meant by references */
export function checkShape(node: Node, schema: Schema): readonly Mistake[] {
  return new ShapeCheck(schema).mistakesOf(node, schema);
}

class ShapeCheck {
  readonly #root: Schema;
  readonly #mistakes: Mistake[] = [];

  constructor(root: Schema) {
    this.#root = root;
  }

  mistakesOf(node: Node, schema: Schema): readonly Mistake[] {
    this.#check(node, schema, node.span);
    return this.#mistakes;
  }

  /** @param label where a key is told to be missing: at the key that the value belongs to */
  #check(node: Node, given: Schema, label: Span): void {
    if (node.type === "unknown" || this.#mistakes.length >= mostCollected) return;
    const schema = resolveSchema(given, this.#root);
    const { type, enum: choices, oneOf } = schema;
    if (oneOf) return this.#checkChoice(node, schema, oneOf, label);
    const hasType = type === undefined || [type].flat().some((it) => isOf(node, it));
    if (!hasType || (choices && (node.type !== "scalar" || !choices.includes(node.value))))
      return this.#expected(node, schema);
    switch (node.type) {
      case "scalar":
        return this.#checkScalar(node, schema);
      case "list":
        return this.#checkList(node, schema);
      case "map":
        return this.#checkMap(node, schema, label);
    }
  }

  #checkScalar(node: Node & { readonly type: "scalar" }, schema: Schema): void {
    const { value } = node;
    const { pattern, minLength = 0, minimum, maximum } = schema;
    const fits =
      typeof value === "string"
        ? value.length >= minLength && (pattern === undefined || new RegExp(pattern, "u").test(value))
        : typeof value !== "number" || ((minimum ?? value) <= value && value <= (maximum ?? value));
    if (!fits) this.#expected(node, schema);
  }

  #checkList(node: Node & { readonly type: "list" }, { title, items, minItems = 0, maxItems }: Schema): void {
    const { length } = node.items;
    if (length < minItems) this.#add(node.span, `Expected ${title}; it is empty.`);
    if (length > (maxItems ?? length)) this.#add(node.span, `At most ${maxItems} may be here; there are ${length}.`);
    if (items) for (const item of node.items) this.#check(item, items, item.span);
  }

  #checkMap(node: Node & { readonly type: "map" }, schema: Schema, label: Span): void {
    const { properties = {}, required = [], additionalProperties: others = {}, propertyNames } = schema;
    const { minProperties = 0, not, title } = schema;
    for (const entry of node.entries) {
      if (this.#mistakes.length >= mostCollected) return;
      const own = Object.hasOwn(properties, entry.key) ? properties[entry.key] : undefined;
      if (propertyNames) this.#checkName(entry, propertyNames);
      if (own) this.#check(entry.value, own, entry.keySpan);
      else if (others === false) this.#unknownKey(entry, Object.keys(properties));
      else this.#check(entry.value, others, entry.keySpan);
    }
    const keys = node.entries.map(({ key }) => key);
    const isMisspelt = (key: string) => keys.some((it) => nearestOf(it, Object.keys(properties)) === key);
    for (const key of required.filter((it) => !keys.includes(it) && !isMisspelt(it))) {
      const expected = resolveSchema(properties[key] ?? {}, this.#root);
      this.#add(label, `The key ${quoted(key)} is missing: ${describeExpected(expected)}.`);
    }
    if (keys.length < minProperties) {
      const known = Object.keys(properties).filter((key) => !keys.includes(key));
      const more = known.length > 0 ? `Expected one more key: ${known.join(", ")}.` : `Expected ${title}; it is empty.`;
      this.#add(label, more);
    }
    if (not?.required.every((key) => keys.includes(key)))
      this.#add(label, `Give one of ${not.required.join(" and ")}, not both.`);
  }

  // A map means the alternative whose first required key it has, everything else the one of its type.
  #checkChoice(node: Node, schema: Schema, choices: readonly Schema[], label: Span): void {
    const known = choices.map((choice) => resolveSchema(choice, this.#root));
    const nested = known.flatMap((choice) => choice.oneOf?.map((it) => resolveSchema(it, this.#root)) ?? [choice]);
    const alike = nested.filter(
      ({ type, enum: words }) => words || type === undefined || [type].flat().some((it) => isOf(node, it)),
    );
    if (node.type !== "map" || alike.length === 0) {
      const [fit] = alike;
      if (!fit) return this.#expected(node, schema);
      return this.#check(node, { ...fit, ...pick(schema) }, label);
    }
    const keys = node.entries.map(({ key }) => key);
    const named = alike.filter(({ required = [] }) => required[0] !== undefined && keys.includes(required[0]));
    const [meant, another] = named;
    if (meant && !another) return this.#check(node, meant, label);
    const words = (meant ? named : alike).map(({ required }) => required?.[0] ?? "");
    if (meant) return this.#add(label, `Give one of ${words.join(" and ")}, not both.`);
    const strange = keys.filter((key) => !alike.some(({ properties = {} }) => Object.hasOwn(properties, key)));
    const hint = strange.map((key) => hintOf(key, words)).find((it) => it !== "") ?? "";
    const found = keys.length === 0 ? "nothing" : keys.map(quoted).join(", ");
    this.#add(
      node.entries[0]?.keySpan ?? label,
      `Expected one of the keys ${words.join(", ")}; found ${found}.${hint}`,
    );
  }

  #checkName({ key, keySpan }: Entry, names: Schema): void {
    const schema = resolveSchema(names, this.#root);
    if (!new RegExp(schema.pattern ?? "", "u").test(key))
      this.#add(keySpan, `Expected ${schema.title}; found ${quoted(key)}.`);
  }

  #unknownKey({ key, keySpan }: Entry, known: readonly string[]): void {
    const shown = known.filter((it) => !it.startsWith("$"));
    this.#add(keySpan, `There is no key ${quoted(key)} here.${hintOf(key, shown)} ${thereAre(shown)}`);
  }

  #expected(node: Node, schema: Schema): void {
    this.#add(node.span, `Expected ${describeExpected(schema)}; found ${describeFound(node)}.${hintFor(node, schema)}`);
  }

  #add(span: Span, message: string): void {
    this.#mistakes.push({ span, message });
  }
}

/** What is told of several alternatives is told of them together. */
function pick({ title, examples }: Schema): Schema {
  return { ...(title !== undefined && { title }), ...(examples && { examples }) };
}

function describeExpected({ title, examples }: Schema): string {
  const [example] = examples ?? [];
  return `${title ?? "another value"}${example === undefined ? "" : `, such as ${describeValue(example)}`}`;
}

/** What was probably meant, as a sentence with a blank in front; empty where nobody knows. */
function hintFor(node: Node, { enum: choices = [], pattern = "" }: Schema): string {
  const text = textOf(node);
  if (text === undefined) return "";
  const slip = mistakeOfText(text);
  if (slip !== undefined) return ` ${slip}`;
  const words = choices.filter((it) => typeof it === "string");
  return hintOf(text, words) || hintOf(text, mendings(text, pattern));
}

/** The text with one word of it in place of another that its pattern lets choose: `^(GET|POST) ` makes POST of POTS. */
function mendings(text: string, pattern: string): readonly string[] {
  const [, choices] = /\(([\w|-]+)\)/.exec(pattern) ?? [];
  if (choices === undefined || text.length > longestMended) return [];
  const fits = new RegExp(pattern, "u");
  return [...text.matchAll(/[\w-]+/g)].flatMap(({ 0: word, index }) => {
    const meant = nearestOf(word, choices.split("|"));
    const mended = text.slice(0, index) + meant + text.slice(index + word.length);
    return meant !== undefined && fits.test(mended) ? [mended] : [];
  });
}

function isOf(node: Node, type: string): boolean {
  switch (type) {
    case "object":
      return node.type === "map";
    case "array":
      return node.type === "list";
    case "null":
      return node.type === "scalar" && node.value === null;
    case "integer":
      return node.type === "scalar" && Number.isInteger(node.value);
    default:
      return node.type === "scalar" && typeof node.value === type;
  }
}
