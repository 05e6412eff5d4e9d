#!/usr/bin/env node
// The `spangate` of the shell. What ends the process, and with which code, is decided here alone.
import { mistakeOfNode } from "../core/node-version.js";
import { exitCodes } from "./exit-codes.js";

const mistake = mistakeOfNode(process.versions.node);
if (mistake) {
  process.stderr.write(`spangate: ${mistake}\n`);
  process.exit(exitCodes.environment);
}
// Whoever reads the output may have enough of it: `spangate watch | head`. A command goes on to its own end: what it has
// started must not be left, and what it finds out is told by its exit code too.
let isLost = false;
for (const output of [process.stdout, process.stderr]) {
  output.on("error", (error: NodeJS.ErrnoException) => {
    isLost ||= error.code !== "EPIPE";
  });
}
// Only now: an older Node fails amid what it lacks.
const [{ run }, { processSurroundings }] = await Promise.all([import("./program.js"), import("./surroundings.js")]);
process.exitCode = await run(process.argv.slice(2), processSurroundings());
process.once("exit", (exitCode) => {
  // Of a full disk: less was told than there was to tell.
  if (isLost && exitCode === exitCodes.done) process.exitCode = exitCodes.environment;
});
