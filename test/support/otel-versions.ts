// OpenTelemetry's generations, each with the same fixtures beside it.
import { cp, rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { fixture } from "./fixtures.ts";

/** An SDK's generation, and the folder whose modules find it. */
export const otelVersions = { "1.30": workspace("otel-1"), "2.x": workspace("otel-2"), "3.x": fixture("joining") };

export type OtelVersion = keyof typeof otelVersions;

export async function placeFixtures(): Promise<void> {
  for (const folder of Object.values(otelVersions)) {
    if (folder !== fixture("joining")) await cp(fixture("joining"), folder, { recursive: true });
  }
}

export async function removeFixtures(): Promise<void> {
  for (const folder of Object.values(otelVersions)) {
    if (folder !== fixture("joining")) await rm(folder, { recursive: true, force: true });
  }
}

function workspace(name: string): string {
  return fileURLToPath(new URL(`../versions/${name}/joining`, import.meta.url));
}
