// spangate doctor: is everything in place?
import { statSync } from "node:fs";
import { resolve } from "node:path";
import { Option } from "commander";
import { UsageError } from "../../core/errors.js";
import { printable } from "../../core/printable.js";
import type { Command } from "../command.js";
import { type CoordinatorOptions, coordinatorOptions } from "../coordinator.js";
import { checkApiCopies } from "../doctor/api-copies.js";
import { checkCertificates } from "../doctor/certificates.js";
import type { Finding, Patient } from "../doctor/finding.js";
import { checkDrivers } from "../doctor/installed-drivers.js";
import { checkLoading } from "../doctor/loading.js";
import { checkNode } from "../doctor/node.js";
import { checkNodeOptions } from "../doctor/node-options.js";
import { readManifest } from "../doctor/packages.js";
import { checkPreload } from "../doctor/preload.js";
import { checkReach } from "../doctor/reach.js";
import { checkSdk } from "../doctor/sdk.js";
import { exitCodes } from "../exit-codes.js";
import { jsonLine, jsonOption } from "../output.js";
import { painter, wrap } from "../text.js";

interface DoctorOptions extends CoordinatorOptions {
  readonly cwd?: string;
  readonly json?: boolean;
}

export const doctor: Command<DoctorOptions> = {
  name: "doctor",
  summary: "check whether everything is in place, and tell what to do about what is not",
  description:
    "Looks at Node, at the application's packages and options, and at the coordinator where one is named. It reads files and loads nothing of the application.",
  options: [
    new Option("--cwd <folder>", "the application's folder (default: the current one)"),
    ...coordinatorOptions,
    jsonOption("one JSON object for each finding"),
  ],
  examples: [
    ["doctor", "The application in this folder"],
    ["doctor --cwd services/bank --json", "Another one, for a script"],
  ],
  exitCodes: [
    ["0", "everything is in place"],
    ["1", "something is not"],
  ],
  async action({ cwd = ".", json = false, ...options }, _, around) {
    const folder = resolve(around.cwd, cwd);
    if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
      throw new UsageError("BadOption", `--cwd: there is no folder ${folder}.`);
    const patient: Patient = { folder, manifest: readManifest(folder), node: process.versions.node, around };
    const findings = [
      checkNode(patient),
      checkPreload(patient),
      checkApiCopies(patient),
      checkSdk(patient),
      ...checkDrivers(patient),
      ...checkNodeOptions(patient),
      ...checkLoading(patient),
      ...(await checkCertificates(options, patient)),
      ...(await checkReach(options, patient)),
    ];
    const paint = painter(around.stdout, around.env);
    const width = Math.min(around.stdout.columns ?? 80, 100);
    for (const it of findings) around.stdout.write(json ? jsonLine(it) : describe(it, paint, width));
    return findings.some(({ level }) => level === "problem") ? exitCodes.no : exitCodes.done;
  },
};

const marks = { fine: ["green", "✓"], note: ["yellow", "·"], problem: ["red", "✗"] } as const;
/** Where the texts begin. */
const indent = 16;

function describe({ check, level, text, remedy }: Finding, paint: ReturnType<typeof painter>, width: number): string {
  const [color, mark] = marks[level];
  const [first = "", ...rest] = wrap(printable(text), width - indent);
  const lines = [
    `${paint(color, mark)} ${check.padEnd(indent - 2)}${first}`,
    ...rest.map((line) => " ".repeat(indent) + line),
    ...(remedy === undefined
      ? []
      : wrap(`→ ${remedy}`, width - indent).map((line) => " ".repeat(indent) + paint("bold", line))),
  ];
  return lines.map((line) => `${line}\n`).join("");
}
