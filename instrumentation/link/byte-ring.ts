// Bytes on their way from one thread to another, in memory that both share: one writes, one reads, neither waits.
// Bytes are counted, not placed: the counts go round at 2^32, which the ring's size divides.

export class ByteRing {
  readonly #counts: Int32Array;
  readonly #bytes: Uint8Array;
  readonly #written: number;
  readonly #taken: number;

  /**
   * @param counts where the two counts are, at the indices `written` and `taken`
   * @param bytes its length is a power of two
   */
  constructor(counts: Int32Array, written: number, taken: number, bytes: Uint8Array) {
    this.#counts = counts;
    this.#written = written;
    this.#taken = taken;
    this.#bytes = bytes;
  }

  get size(): number {
    return this.#bytes.length;
  }

  /** How many bytes were put and not taken. */
  get length(): number {
    return (Atomics.load(this.#counts, this.#written) - Atomics.load(this.#counts, this.#taken)) | 0;
  }

  /** Puts all of the message, or nothing when there is no room for it now. */
  put(message: Uint8Array): boolean {
    if (message.length > this.size - this.length) return false;
    const written = Atomics.load(this.#counts, this.#written);
    const at = written & (this.size - 1);
    const first = Math.min(message.length, this.size - at);
    this.#bytes.set(first === message.length ? message : message.subarray(0, first), at);
    if (first < message.length) this.#bytes.set(message.subarray(first), 0);
    Atomics.store(this.#counts, this.#written, (written + message.length) | 0);
    return true;
  }

  /** A copy of all that is there, whole messages; `undefined` when nothing is. */
  take(): Uint8Array | undefined {
    const { length } = this;
    if (length === 0) return undefined;
    const taken = Atomics.load(this.#counts, this.#taken);
    const at = taken & (this.size - 1);
    const first = Math.min(length, this.size - at);
    const copy = Buffer.allocUnsafe(length);
    copy.set(this.#bytes.subarray(at, at + first));
    if (first < length) copy.set(this.#bytes.subarray(0, length - first), first);
    Atomics.store(this.#counts, this.#taken, (taken + length) | 0);
    return copy;
  }
}
