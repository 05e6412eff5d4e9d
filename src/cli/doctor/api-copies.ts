import { relative } from "node:path";
import type { Finding, Patient } from "./finding.js";
import { allCopies } from "./packages.js";

/** What one copy of OpenTelemetry's API registers another one must find. */
export function checkApiCopies({ folder }: Patient): Finding {
  const check = "api";
  const copies = allCopies(folder, "@opentelemetry/api");
  const [first] = copies;
  if (!first) {
    return {
      ...{ check, level: "problem" },
      text: "@opentelemetry/api is not installed.",
      remedy: "npm install --save-dev @opentelemetry/api",
    };
  }
  const versions = [...new Set(copies.map(({ version }) => version))];
  if (versions.length === 1)
    return {
      check,
      level: "fine",
      text: `@opentelemetry/api ${first.version}${copies.length > 1 ? `, ${copies.length} copies` : ""}`,
    };
  const places = copies.map((copy) => `${copy.version} in ${relative(folder, copy.folder) || "."}`);
  return {
    ...{ check, level: "problem" },
    text: `${copies.length} copies of @opentelemetry/api of different versions: ${places.join("; ")}. Spans of one may be lost to the other.`,
    remedy:
      "npm dedupe; or name one version in package.json's overrides. npm ls @opentelemetry/api tells who wants which.",
  };
}
