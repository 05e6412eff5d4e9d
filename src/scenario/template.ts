// Texts with references: ${NAME} and ${NAME:-default} of the environment, ${bank.url} of services and databases. $${ is
// the text ${ itself.

export type Part =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "variable"; readonly name: string; readonly fallback: string | undefined; readonly source: string }
  | { readonly type: "value"; readonly of: string; readonly key: "url" | "port"; readonly source: string }
  | { readonly type: "unknown"; readonly source: string };

const token = /\$\$\{|\$\{([^}]*)(\}?)/g;

export function partsOf(template: string): readonly Part[] {
  const parts: Part[] = [];
  let from = 0;
  for (const match of template.matchAll(token)) {
    if (match.index > from) parts.push({ type: "text", text: template.slice(from, match.index) });
    from = match.index + match[0].length;
    parts.push(match[1] === undefined ? { type: "text", text: "${" } : reference(match[0], match[1], match[2] !== ""));
  }
  if (from < template.length) parts.push({ type: "text", text: template.slice(from) });
  return parts;
}

/** The template that says this text. */
export function literal(text: string): string {
  // By a function: in a text $$ would stand for one $.
  return text.replaceAll("${", () => "$${");
}

/** @param values of what it names; only values may be named any more */
export function fill(template: string, values: (of: string, key: "url" | "port") => string): string {
  return partsOf(template)
    .map((part) => {
      if (part.type === "text") return part.text;
      if (part.type === "value") return values(part.of, part.key);
      throw new Error(`${part.source} was not put in.`);
    })
    .join("");
}

/** The same of all texts in a value; keys are no templates. */
export function fillAll<T>(value: T, values: (of: string, key: "url" | "port") => string): T {
  if (typeof value === "string") return fill(value, values) as T;
  if (Array.isArray(value)) return value.map((item) => fillAll(item, values)) as T;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, it]) => [key, fillAll(it, values)])) as T;
}

function reference(source: string, inner: string, isClosed: boolean): Part {
  const variable = /^([A-Za-z_]\w*)(?::-(.*))?$/s.exec(inner);
  if (isClosed && variable) return { type: "variable", name: variable[1] ?? "", fallback: variable[2], source };
  const value = /^([A-Za-z_][\w-]*)\.(url|port)$/.exec(inner);
  if (isClosed && value) return { type: "value", of: value[1] ?? "", key: value[2] as "url" | "port", source };
  return { type: "unknown", source };
}
