// Who imports whom, read from the sources.
import { globSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const statement = /^\s*(import|export)\s+(type\s)?(?:[^"';]*?from\s+)?"([^"]+)"/gm;
const call = /\b(import|require)\(\s*"([^"]+)"/g;

export interface Import {
  readonly file: string;
  /** A file of this project, or a package's name. */
  readonly target: string;
  readonly typeOnly: boolean;
}

/** All sources but the generated ones. */
export function sources(): readonly string[] {
  return globSync(["src/**/*.ts", "instrumentation/**/*.{ts,cts}", "page/**/*.{ts,tsx}"], { cwd: root })
    .map((file) => file.replaceAll("\\", "/"))
    .filter((file) => !file.startsWith("src/gen/") && !file.endsWith(".d.ts"))
    .sort();
}

export function allImports(): readonly Import[] {
  return sources().flatMap(importsOf);
}

function importsOf(file: string): readonly Import[] {
  const text = readFileSync(join(root, file), "utf8");
  const target = (specifier: string) => (specifier.startsWith(".") ? resolve(file, specifier) : packageOf(specifier));
  return [
    ...[...text.matchAll(statement)].map(([, , type, specifier = ""]) => ({
      file,
      target: target(specifier),
      typeOnly: type !== undefined,
    })),
    ...[...text.matchAll(call)].map(([, , specifier = ""]) => ({ file, target: target(specifier), typeOnly: false })),
  ];
}

function resolve(file: string, specifier: string): string {
  const path = relative(root, normalize(join(root, dirname(file), specifier)));
  return path.replaceAll("\\", "/").replace(/\.c?js$/, ".ts");
}

function packageOf(specifier: string): string {
  if (specifier.startsWith("node:")) return specifier;
  return specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
}
