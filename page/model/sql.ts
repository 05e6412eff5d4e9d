// A statement in lines, for eyes. It parses nothing: what it does not know it leaves as it is, and texts in quotes,
// comments and numbers of parameters are never touched.

export interface Token {
  readonly type: "keyword" | "text" | "literal" | "break";
  /** Of a break: how far the next line is indented, in steps. */
  readonly text: string;
  readonly indent: number;
}

const lexeme =
  /('(?:[^']|'')*'?|"(?:[^"]|"")*"?|`[^`]*`?|\$(\w*)\$[\s\S]*?\$\2\$|--[^\n]*\n?|\/\*[\s\S]*?(?:\*\/|$))|([A-Za-z_][\w$]*)|(\s+)|([\s\S])/g;

const clauses = new Set(
  "SELECT FROM WHERE SET VALUES ORDER GROUP HAVING LIMIT OFFSET RETURNING UNION EXCEPT INTERSECT JOIN LEFT RIGHT INNER CROSS FULL FOR".split(
    " ",
  ),
);
const keywords = new Set([
  ...clauses,
  ..."INSERT INTO UPDATE DELETE BY AND OR NOT ON AS IN IS NULL BEGIN COMMIT ROLLBACK TO SAVEPOINT START TRANSACTION ISOLATION LEVEL SERIALIZABLE REPEATABLE READ COMMITTED LOCK TABLE MODE SHARE EXCLUSIVE NOWAIT SKIP LOCKED OUTER DISTINCT WITH CASE WHEN THEN ELSE END EXISTS BETWEEN LIKE ASC DESC CONFLICT DO NOTHING CREATE ALTER DROP KEY DUPLICATE DEFAULT".split(
    " ",
  ),
]);
/** They go on with a clause that has begun its line. */
const continued: Readonly<Record<string, readonly string[]>> = {
  JOIN: ["LEFT", "RIGHT", "INNER", "CROSS", "FULL", "OUTER"],
  FROM: ["DELETE", "DISTINCT"],
  UPDATE: ["FOR"],
  SELECT: ["(", "AS"],
};

/** Clauses on lines of their own, conditions indented. */
export function formatSql(statement: string): readonly Token[] {
  const tokens: Token[] = [];
  let [depth, before] = [0, ""];
  for (const [, literal, , word, space, other] of statement.trim().matchAll(lexeme)) {
    if (literal !== undefined) tokens.push(token("literal", literal));
    else if (word !== undefined) {
      const upper = word.toUpperCase();
      const starts = clauses.has(upper) && depth === 0 && !continued[upper]?.includes(before);
      const condition = (upper === "AND" || upper === "OR") && depth === 0;
      if ((starts || condition) && tokens.length > 0) breakLine(tokens, condition ? 1 : 0);
      tokens.push(token(keywords.has(upper) ? "keyword" : "text", word));
      before = upper;
    } else if (space !== undefined) tokens.push(token("text", " "));
    else if (other !== undefined) {
      depth = Math.max(0, depth + (other === "(" ? 1 : other === ")" ? -1 : 0));
      tokens.push(token("text", other));
      before = other;
    }
  }
  return tokens;
}

function breakLine(tokens: Token[], indent: number): void {
  if (tokens.at(-1)?.text === " ") tokens.pop();
  tokens.push({ type: "break", text: "", indent });
}

function token(type: Token["type"], text: string): Token {
  return { type, text, indent: 0 };
}
