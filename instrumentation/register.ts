// The preload: NODE_OPTIONS="--require spangate/register". NODE_OPTIONS reaches npm, build tools and Node's own
// hook threads too: without SPANGATE_ADDRESS, and in those threads, it does nothing at all.
import { isInternalThread } from "node:worker_threads";
import { mistakeOfNode } from "../src/core/node-version.js";

if (process.env["SPANGATE_ADDRESS"] && !isInternalThread) {
  const mistake = mistakeOfNode(process.versions.node);
  if (mistake) {
    process.stderr.write(`${mistake}\n`);
    process.exit(1);
  }
  require("./agent.cjs");
}
