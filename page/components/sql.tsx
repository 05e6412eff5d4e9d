// A statement, clause by clause.
import { formatSql } from "../model/sql.ts";

export function Sql({ statement }: { readonly statement: string }) {
  return (
    <pre class="sql">
      <code>
        {formatSql(statement).map(({ type, text, indent }) => {
          if (type === "break") return `\n${"  ".repeat(indent)}`;
          if (type === "keyword") return <b>{text}</b>;
          if (type === "literal") return <i>{text}</i>;
          return text;
        })}
      </code>
    </pre>
  );
}
