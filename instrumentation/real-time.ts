// Timers and queues as Node gives them. Applications and their tests replace the global ones (fake timers, stubs): what
// an agent waits for goes on all the same, and nobody else sees that it waits.
export const { queueMicrotask, setImmediate, setTimeout } = globalThis;
export const { nextTick } = process;
