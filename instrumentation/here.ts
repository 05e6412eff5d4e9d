// The preload of a test's own process: `node --import spangate/here`. A process that a gateway has started has the
// other agent, and Node's own hook threads need none.
import { isInternalThread } from "node:worker_threads";

const isLoaded = Symbol.for("spangate.here") in globalThis;

if (!process.env["SPANGATE_ADDRESS"] && !isInternalThread && !isLoaded) require("./here-agent.cjs");
