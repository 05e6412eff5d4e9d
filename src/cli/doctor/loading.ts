// What loads modules in a way of its own, so that nobody can hook into them.
import type { Finding, Patient } from "./finding.js";

const bundlers = [
  "next",
  "nuxt",
  "webpack",
  "rollup",
  "rolldown",
  "esbuild",
  "tsup",
  "tsdown",
  "@vercel/ncc",
  "parcel",
];

export function checkLoading({ manifest, around: { env } }: Patient): readonly Finding[] {
  const wanted = { ...manifest.dependencies, ...manifest.devDependencies };
  const findings: Finding[] = [];
  if ("jest" in wanted) {
    const isReady = env["NODE_OPTIONS"]?.includes("--experimental-vm-modules") ?? false;
    findings.push({
      ...{ check: "jest", level: isReady ? "note" : "problem" },
      text: "Jest loads modules by itself: nothing in its own process can be held.",
      remedy: `Start the application with gateway.service()${isReady ? "" : ", and Jest with NODE_OPTIONS=--experimental-vm-modules: spangate is an ES module"}.`,
    });
  }
  const found = bundlers.filter((it) => it in wanted);
  if (found.length > 0) {
    findings.push({
      ...{ check: "bundle", level: "note" },
      text: `${found.join(", ")}: a driver inside a bundle cannot be hooked.`,
      remedy: "If the service runs from a bundle, leave its drivers outside (external), or start it from its sources.",
    });
  }
  return findings;
}
