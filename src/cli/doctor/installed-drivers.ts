import { type Driver, drivers } from "./drivers.js";
import type { Finding, Patient } from "./finding.js";
import { findPackage } from "./packages.js";

/** Which of the application's drivers can be held. */
export function checkDrivers(patient: Patient): readonly Finding[] {
  const { dependencies = {}, devDependencies = {} } = patient.manifest;
  // What only other packages ask for is theirs: half of the drivers are somebody's.
  const found = drivers.filter((driver) => driver.package in { ...devDependencies, ...dependencies });
  if (found.length > 0) return found.map((driver) => checkDriver(patient, driver));
  return [
    {
      ...{ check: "drivers", level: "note" },
      text: "package.json names no driver that spangate knows; node:http, fetch and your own spans are always there.",
      remedy: "docs/drivers.md lists what can be held.",
    },
  ];
}

function checkDriver({ folder }: Patient, driver: Driver): Finding {
  const check = "driver";
  const installed = findPackage(folder, driver.package);
  if (!installed)
    return { check, level: "problem", text: `${driver.package} is not installed.`, remedy: "npm install" };
  const name = `${driver.package} ${installed.version}`;
  if (driver.needs.length > 0 && !driver.needs.some((it) => findPackage(folder, it))) {
    return {
      ...{ check, level: "problem" },
      text: `${name} has no spans: its instrumentation does not come with spangate.`,
      remedy: `Register ${driver.needs.join(" or ")} in the service's OpenTelemetry set-up.`,
    };
  }
  const major = Number.parseInt(installed.version, 10);
  if (driver.tested.length === 0 || driver.tested.includes(major)) return { check, level: "fine", text: name };
  return {
    ...{ check, level: "note" },
    text: `${name}: spangate is tested with ${driver.package} ${driver.tested.join(", ")}.`,
  };
}
