// Which copy of OpenTelemetry's API is asking.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const known = new Map<string, string | undefined>();

/** The version of the copy whose code called the accessor that calls this. `undefined` in a bundle. */
export function versionOfCaller(): string | undefined {
  const file = fileOfCaller();
  return file === undefined ? undefined : versionOf(file);
}

/** The version of the copy that a file belongs to. */
export function versionOf(file: string): string | undefined {
  if (!known.has(file)) known.set(file, readVersion(dirname(file)));
  return known.get(file);
}

/** The later one of two versions; what follows a hyphen does not count. */
export function newest(one: string, other: string): string {
  const [a, b] = [partsOf(one), partsOf(other)];
  const at = a.findIndex((part, index) => part !== b[index]);
  return at === -1 || (a[at] ?? 0) > (b[at] ?? 0) ? one : other;
}

function partsOf(version: string): readonly number[] {
  return (version.split("-")[0] ?? "").split(".").map(Number);
}

function fileOfCaller(): string | undefined {
  const { prepareStackTrace, stackTraceLimit } = Error;
  try {
    Error.stackTraceLimit = 4;
    Error.prepareStackTrace = (_, sites) => sites;
    const sites = new Error().stack as unknown as readonly NodeJS.CallSite[];
    // This function, versionOfCaller, and the accessor stand above it.
    const file = sites[3]?.getFileName() ?? undefined;
    return file?.startsWith("file:") ? fileURLToPath(file) : file;
  } finally {
    Error.prepareStackTrace = prepareStackTrace;
    Error.stackTraceLimit = stackTraceLimit;
  }
}

function readVersion(folder: string): string | undefined {
  try {
    const { name, version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Record<string, unknown>;
    if (name !== undefined) return name === "@opentelemetry/api" ? String(version) : undefined;
  } catch {
    // Most folders have none.
  }
  const above = dirname(folder);
  return above === folder ? undefined : readVersion(above);
}
