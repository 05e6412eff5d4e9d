// The memory that an application's thread and its link's worker share. The thread can read and wait on it while
// it is blocked; the worker is never blocked.
//
// What the thread tells goes through a ring of bytes, and the ids of flows that may go on come back through another:
// to wake a thread by a word in shared memory costs less than a message to its port.
import { ByteRing } from "./byte-ring.js";

/** Indices of 32-bit words. */
export const word = {
  /** A {@link linkState}. */
  state: 0,
  /** Rises when something for the thread lies at the port: rules, or the reason of a failure. */
  news: 1,
  /** Rises when there is something to do for the worker: what it waits on. */
  call: 2,
  /** The id of the last blocked arrival that was released. */
  released: 3,
  /** Rises with every change of state, news and released, and when there is room again: what a blocked thread waits on. */
  wake: 4,
  /** The id of the arrival that the thread is blocked at. */
  held: 5,
  /** 1 when the thread ends: tell everything, then end the stream. */
  goodbye: 6,
  /** 1 while the thread waits for room in the ring of what it tells. */
  wantsRoom: 7,
  /** How many bytes the thread has told, and how many of them the worker has taken. */
  told: 8,
  taken: 9,
  /** How many bytes of ids the worker has put, what the thread's event loop waits on, and how many the thread has taken. */
  freed: 10,
  freedTaken: 11,
} as const;

export const linkState = { connecting: 0, attached: 1, failed: 2, gone: 3 } as const;

const headBytes = 64;
const toldBytes = 64 * 1024;
const freedBytes = 16 * 1024;

export interface SharedMemory {
  readonly words: Int32Array;
  /** What the thread tells: framed messages. */
  readonly told: ByteRing;
  /** Flows that may go on: {@link packIds}. */
  readonly freed: ByteRing;
}

export function newSharedBuffer(): SharedArrayBuffer {
  return new SharedArrayBuffer(headBytes + toldBytes + freedBytes);
}

export function openShared(buffer: SharedArrayBuffer): SharedMemory {
  const words = new Int32Array(buffer, 0, headBytes / 4);
  return {
    words,
    told: new ByteRing(words, word.told, word.taken, new Uint8Array(buffer, headBytes, toldBytes)),
    freed: new ByteRing(words, word.freed, word.freedTaken, new Uint8Array(buffer, headBytes + toldBytes, freedBytes)),
  };
}

/** Wakes a thread that waits for the worker. */
export function wakeThread(words: Int32Array): void {
  Atomics.add(words, word.wake, 1);
  Atomics.notify(words, word.wake);
}

export function packIds(ids: readonly number[]): Uint8Array {
  return new Uint8Array(Uint32Array.from(ids).buffer);
}

export function unpackIds({ buffer, byteOffset, byteLength }: Uint8Array): readonly number[] {
  // A copy: the bytes may lie at any place.
  return [...new Uint32Array(buffer.slice(byteOffset, byteOffset + byteLength))];
}
