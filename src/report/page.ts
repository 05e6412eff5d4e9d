// A report as one HTML page that needs nothing else: no network, no server. Its script and its style are built from
// page/. Every text of the report is data in it, which the script puts into the page as text, never as HTML.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { renderLanes } from "./lanes.js";
import type { Report } from "./report.js";

/** Moments that readers without scripts see. */
const mostWithoutScript = 500;

export interface PageOptions {
  /** Whose run it is, such as a test's name; the actors' names by default. */
  readonly title?: string;
}

/** An HTML document. */
export function renderPage(report: Report, { title: own }: PageOptions = {}): string {
  const { script, style } = assets();
  const policy = [
    "default-src 'none'",
    `script-src '${hashOf(script)}'`,
    `style-src '${hashOf(style)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  const title =
    own ?? `${report.failure ? `${report.failure.code}: ` : ""}${report.actors.map(({ name }) => name).join(", ")}`;
  const lanes = renderLanes({ ...report, moments: report.moments.slice(0, mostWithoutScript) });
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)} · spangate</title>
<style>${style}</style>
</head>
<body>
<div id="page"${own === undefined ? "" : ` data-title="${escapeHtml(own)}"`}><pre>${escapeHtml(lanes)}</pre></div>
<script type="application/json" id="report">${JSON.stringify(report).replaceAll("<", "\\u003c")}</script>
<script>${script}</script>
</body>
</html>
`;
}

interface Assets {
  readonly script: string;
  readonly style: string;
}

let loaded: Assets | undefined;

/** Read when the first page is asked for. */
function assets(): Assets {
  // From src as from dist, which lie side by side.
  const read = (name: string) => readFileSync(new URL(`../../dist/page/${name}`, import.meta.url), "utf8");
  loaded ??= { script: read("page.js"), style: read("page.css") };
  return loaded;
}

function hashOf(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? "");
}
