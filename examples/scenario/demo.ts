// Runs the scenarios of this folder against a PostgreSQL from npm: `npm run demo:scenario`.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { startPostgres } from "../support/postgres.ts";

await using postgres = await startPostgres();
const folder = fileURLToPath(new URL(".", import.meta.url));
const spangate = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
const scenarios = ["lost-update.yaml", "repaired.yaml", "last-seat.yaml"];
const command = [spangate, "run", "--report", "../../spangate-report", ...scenarios];
const child = spawn(process.execPath, command, {
  cwd: folder,
  env: { ...process.env, DATABASE_URL: postgres.url },
  stdio: "inherit",
});
const { promise: ended, resolve } = Promise.withResolvers<number | null>();
child.on("exit", resolve);
process.exitCode = (await ended) ?? 1;
