import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ByteRing } from "../../../instrumentation/link/byte-ring.js";

/** @param from where the counts stand at first: they go round at 2^32 */
function ringOf(size: number, from = 0): ByteRing {
  return new ByteRing(new Int32Array([from, from]), 0, 1, new Uint8Array(size));
}

describe("ByteRing", () => {
  it("gives all bytes that were put, in sequence, however puts and takes alternate", () => {
    const message = fc.uint8Array({ minLength: 1, maxLength: 16 });
    const moves = fc.array(fc.oneof(message, fc.constant("take" as const)));
    fc.assert(
      fc.property(moves, fc.constantFrom(0, 2 ** 31 - 20, -20), (list, from) => {
        const ring = ringOf(16, from);
        const put: number[] = [];
        const taken: number[] = [];
        for (const move of list) {
          if (move === "take") taken.push(...(ring.take() ?? []));
          else if (ring.put(move)) put.push(...move);
        }
        taken.push(...(ring.take() ?? []));
        expect(taken).toEqual(put);
        expect(ring.length).toBe(0);
      }),
    );
  });

  it("puts nothing of what has no room, and all of what fills it", () => {
    const ring = ringOf(16);
    expect(ring.put(new Uint8Array(10))).toBe(true);
    expect(ring.put(new Uint8Array(7))).toBe(false);
    expect(ring.length).toBe(10);
    expect(ring.put(new Uint8Array(6))).toBe(true);
    expect(ring.take()).toHaveLength(16);
    expect(ring.take()).toBeUndefined();
  });
});
