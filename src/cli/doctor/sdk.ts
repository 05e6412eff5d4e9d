import type { Finding, Patient } from "./finding.js";
import { findPackage, type Installed } from "./packages.js";

/** By which packages an application sets up OpenTelemetry, and what tells the generation of each. */
const setUps = [
  "@opentelemetry/sdk-node",
  "@opentelemetry/sdk-trace-node",
  "@opentelemetry/sdk-trace",
  "@opentelemetry/sdk-trace-base",
];
const generations = ["@opentelemetry/sdk-trace", "@opentelemetry/sdk-trace-base"];

export function checkSdk({ folder, manifest }: Patient): Finding {
  const check = "sdk";
  const wanted = { ...manifest.devDependencies, ...manifest.dependencies };
  // Only what it asks for itself: spangate brings an SDK along.
  const name = setUps.find((it) => it in wanted);
  const found = name === undefined ? undefined : findPackage(folder, name);
  if (!name || !found)
    return {
      check,
      level: "fine",
      text: "The application sets up no OpenTelemetry by itself: spangate brings its own.",
    };
  const { version } = generationOf(name, found);
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const own = `The application's own OpenTelemetry, SDK ${version}`;
  if (major > 3) return { check, level: "note", text: `${own}, is newer than what spangate was tested to join.` };
  if (major > 1 || (major === 1 && minor >= 30)) return { check, level: "fine", text: `${own}, is joined.` };
  return {
    ...{ check, level: "problem" },
    text: `${own}, is too old to be joined.`,
    remedy: `Update ${name}: SDK 1.30, 2.x and 3.x are joined.`,
  };
}

/** sdk-node counts its versions by itself. */
function generationOf(name: string, found: Installed): Installed {
  if (generations.includes(name)) return found;
  return generations.flatMap((it) => findPackage(found.folder, it) ?? [])[0] ?? found;
}
