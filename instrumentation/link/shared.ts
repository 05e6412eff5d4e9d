// The memory that an application's thread and its link's worker share. The thread can read and wait on it while
// it is blocked; the worker is never blocked.

/** Indices of 32-bit words. */
export const word = {
  /** A {@link linkState}. */
  state: 0,
  /** Rises when something for the thread lies at the port: rules, or the reason of a failure. */
  news: 1,
  /** The length of the thread's message in {@link SharedMemory.messageBytes}; 0 when there is none, negative when it is the last. */
  request: 2,
  /** The id of the last blocked arrival that was released. */
  released: 3,
  /** Rises with every change of the words above: what a blocked thread waits on. */
  wake: 4,
  /** The id of the arrival that the thread is blocked at. */
  held: 5,
} as const;

export const linkState = { connecting: 0, attached: 1, failed: 2, gone: 3 } as const;

const headBytes = 64;
const bodyBytes = 64 * 1024;

export interface SharedMemory {
  readonly words: Int32Array;
  /** Room for one message of the thread, or several. */
  readonly messageBytes: Uint8Array;
}

export function newSharedBuffer(): SharedArrayBuffer {
  return new SharedArrayBuffer(headBytes + bodyBytes);
}

export function openShared(buffer: SharedArrayBuffer): SharedMemory {
  return {
    words: new Int32Array(buffer, 0, headBytes / 4),
    messageBytes: new Uint8Array(buffer, headBytes, bodyBytes),
  };
}

/** Wakes a thread that waits for the worker. */
export function wakeThread(words: Int32Array): void {
  Atomics.add(words, word.wake, 1);
  Atomics.notify(words, word.wake);
}
