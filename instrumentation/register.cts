// The preload: NODE_OPTIONS="--require spangate/register". NODE_OPTIONS reaches npm, build tools and Node's own
// hook threads too: without SPANGATE_ADDRESS, and in those threads, it does nothing at all.
import workerThreads = require("node:worker_threads");

// isInternalThread: Node 22.14 and later.
const { isInternalThread } = workerThreads as typeof workerThreads & { isInternalThread?: boolean };

if (process.env["SPANGATE_ADDRESS"] && !isInternalThread) require("./agent.cjs");
