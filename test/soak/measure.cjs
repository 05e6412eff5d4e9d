// Preloaded into processes under the soak: tells at SIGUSR2 what its heap has after garbage collection.
const { appendFileSync } = require("node:fs");
const { setFlagsFromString } = require("node:v8");
const { runInNewContext } = require("node:vm");

setFlagsFromString("--expose-gc");
const gc = runInNewContext("gc");

process.on("SIGUSR2", () => {
  // What finalizers let go is collected by the next one.
  gc();
  setImmediate(() => {
    gc();
    const { heapUsed, external } = process.memoryUsage();
    appendFileSync(process.env.SOAK_MEASURES, `${JSON.stringify({ pid: process.pid, heap: heapUsed + external })}\n`);
  });
});
