import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

/** The version of this very package. */
export function version(): string {
  const manifest = createRequire(import.meta.url).resolve("spangate/package.json");
  return (JSON.parse(readFileSync(manifest, "utf8")) as { version: string }).version;
}
