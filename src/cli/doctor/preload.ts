import { createRequire } from "node:module";
import { join } from "node:path";
import { version } from "../version.js";
import type { Finding, Patient } from "./finding.js";
import { findPackage } from "./packages.js";

/** What `NODE_OPTIONS="--require spangate/register"` would find here. */
export function checkPreload({ folder }: Patient): Finding {
  const check = "preload";
  try {
    createRequire(join(folder, "package.json")).resolve("spangate/register");
  } catch (error) {
    return {
      ...{ check, level: "problem" },
      text: `spangate/register cannot be loaded from here: ${(error as NodeJS.ErrnoException).code ?? String(error)}.`,
      remedy: "npm install --save-dev spangate @opentelemetry/api",
    };
  }
  const installed = findPackage(folder, "spangate")?.version ?? version();
  if (installed === version()) return { check, level: "fine", text: `spangate ${installed}` };
  return {
    ...{ check, level: "problem" },
    text: `The application has spangate ${installed}, and this is ${version()}: agents and coordinator must be of one version.`,
    remedy: "Run the application's own: npx spangate doctor",
  };
}
