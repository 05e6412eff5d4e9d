// The preload of a test's own process: `node --import spangate/here`. A process that a gateway has started has the
// other agent, and Node's own hook threads need none.
import workerThreads = require("node:worker_threads");

// isInternalThread: Node 22.14 and later.
const { isInternalThread } = workerThreads as typeof workerThreads & { isInternalThread?: boolean };
const isLoaded = Symbol.for("spangate.here") in globalThis;

if (!process.env["SPANGATE_ADDRESS"] && !isInternalThread && !isLoaded) require("./here-agent.cjs");
