// The variables that an agent reads, as its sources name them.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const sources = ["instrumentation/config.ts", "instrumentation/register.ts", "src/wire/tls.ts"];
const read = (name: string) => readFileSync(fileURLToPath(new URL(`../../${name}`, import.meta.url)), "utf8");
const named = sources.flatMap((name) => read(name).match(/\bSPANGATE_[A-Z_]+\b/g) ?? []);
const ofTls = ["CA", "CERT", "KEY", "SERVERNAME"].map((key) => `SPANGATE_TLS_${key}`);

export const agentVariables: ReadonlySet<string> = new Set([...named.filter((name) => !name.endsWith("_")), ...ofTls]);
