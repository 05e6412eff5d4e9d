// What became of the run, and when it was.
import type { Report } from "../../src/report/report.ts";
import { duration } from "../model/format.ts";
import { verdictOf } from "../model/verdict.ts";

const signs = { passed: "✓", failed: "✕", open: "…" } as const;

export function Header({ report, title }: { readonly report: Report; readonly title?: string | undefined }) {
  const { type, code, line, story } = verdictOf(report);
  const { actors, spans, endMs, openedAt } = report;
  return (
    <header class={`verdict ${type}`}>
      {title && (
        <p class="title">
          <bdi>{title}</bdi>
        </p>
      )}
      <h1>
        <span class="sign" aria-hidden="true">
          {signs[type]}
        </span>
        {code && <strong>{code}</strong>} <span class="line">{line}</span>
      </h1>
      <p class="facts">
        <span>{count(actors.length, "actor")}</span>
        <span>{count(spans.length, "span")}</span>
        <span>{duration(endMs)}</span>
        {openedAt && (
          <time dateTime={openedAt}>
            {new Date(openedAt).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "medium" })}
          </time>
        )}
      </p>
      {story && (
        <details>
          <summary>The whole story</summary>
          <pre>{`${line}\n${story}`}</pre>
        </details>
      )}
    </header>
  );
}

function count(number: number, noun: string): string {
  return `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
}
