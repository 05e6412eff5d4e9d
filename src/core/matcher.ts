// Patterns become functions once; after that a match is one call.
import { Expression } from "./expression/expression.js";
import type { AttributePattern, AttributeValue, SpanKind, SpanMatch, TextPattern } from "./model.js";

/** What a matcher looks at. OpenTelemetry's attribute values may be arrays: one element that matches is enough. */
export interface SpanView {
  readonly name: string;
  readonly kind: SpanKind;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** A compiled {@link SpanMatch}; the service is left to whoever knows it. */
export interface SpanMatcher {
  /** True when the name fits. Depends on the name alone, so that it can be remembered by name. */
  name(name: string): boolean;
  /** True when kind and attributes fit too. */
  rest(span: Omit<SpanView, "name">): boolean;
}

/** @throws {SyntaxError} for a regular expression that cannot be read, or not be matched in bounded time. */
export function compileSpan(match: SpanMatch): SpanMatcher {
  const attributes = match.attributes.map(compileAttribute);
  return {
    name: compileText(match.name),
    rest: (span) =>
      (match.kind === undefined || match.kind === span.kind) && attributes.every((fits) => fits(span.attributes)),
  };
}

/** @throws {SyntaxError} for a regular expression that cannot be read, or not be matched in bounded time. */
export function compileText(pattern: TextPattern): (text: string) => boolean {
  switch (pattern.type) {
    case "exact":
      return (text) => text === pattern.text;
    case "glob": {
      const expression = globExpression(pattern.glob);
      return (text) => expression.test(text);
    }
    case "regexp": {
      if (isPlain(pattern)) return (text) => text.includes(pattern.source);
      const expression = new Expression(pattern.source, pattern.flags);
      return (text) => expression.test(text);
    }
  }
}

// Most ask for a word or two.
function isPlain({ source, flags }: { readonly source: string; readonly flags: string }): boolean {
  return !/[iuv]/.test(flags) && /^[\w :,;=<>'"`@#%&~!-]+$/.test(source);
}

/** The keys of the attributes that a match looks at. */
export function attributeKeys(match: SpanMatch): readonly string[] {
  return match.attributes.map(({ key }) => key);
}

// Span names are no paths: a star crosses slashes and line ends, and {id}, [id], (…) mean themselves.
function globExpression(glob: string): Expression {
  const source = glob
    .replace(/[\\^$.|+()[\]{}]/g, "\\$&")
    .replace(/\*+/g, ".*")
    .replace(/\?/g, ".");
  // With u, one character is one character, whatever its length in UTF-16.
  return new Expression(`^${source}$`, "su");
}

function compileAttribute({ key, value }: AttributePattern): (attributes: SpanView["attributes"]) => boolean {
  const fits = compileValue(value);
  return (attributes) => {
    const actual = attributes[key];
    if (Array.isArray(actual)) return actual.some(fits);
    return actual !== undefined && actual !== null && fits(actual as AttributeValue);
  };
}

function compileValue(value: AttributePattern["value"]): (actual: AttributeValue) => boolean {
  if (typeof value !== "object") return (actual) => actual === value;
  const fits = compileText(value);
  return (actual) => fits(String(actual));
}
