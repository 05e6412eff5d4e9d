// What kind of span it is, as a sign: its colour tells the service.
import type { SpanCategory } from "../model/detail-line.ts";

const paths: Readonly<Record<SpanCategory, string>> = {
  database: "M2 3c0-2 8-2 8 0v6c0 2-8 2-8 0zM2 3c0 2 8 2 8 0M2 6c0 2 8 2 8 0",
  server: "M1 6h6M5 3.5L7.5 6 5 8.5M10.5 2v8",
  client: "M4 6h7M8.5 3.5L11 6 8.5 8.5M1.5 2v8",
  message: "M1 3h10v6.5H1zM1 3l5 4 5-4",
  internal: "M6 3.5a2.5 2.5 0 1 0 0 5a2.5 2.5 0 1 0 0-5",
};

export function KindIcon({ category }: { readonly category: SpanCategory }) {
  return (
    <svg class="kind" viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
      <path d={paths[category]} />
    </svg>
  );
}
