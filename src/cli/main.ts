#!/usr/bin/env node
// The `spangate` of the shell. What ends the process, and with which code, is decided here alone.
import { mistakeOfNode } from "../core/node-version.js";
import { exitCodes } from "./exit-codes.js";

const mistake = mistakeOfNode(process.versions.node);
if (mistake) {
  process.stderr.write(`spangate: ${mistake}\n`);
  process.exit(exitCodes.environment);
}
// Whoever reads the output may have enough of it: `spangate watch | head`.
for (const output of [process.stdout, process.stderr]) {
  output.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit(exitCodes.done);
  });
}
// Only now: an older Node fails amid what it lacks.
const [{ run }, { processSurroundings }] = await Promise.all([import("./program.js"), import("./surroundings.js")]);
process.exitCode = await run(process.argv.slice(2), processSurroundings());
