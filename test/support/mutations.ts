// Bytes that go wrong on their way: random ones, and messages in which something was changed.
import fc from "fast-check";

type Mutation = (bytes: readonly number[]) => readonly number[];

/** The largest varint, one that says it goes on for ever, and tags of every wire type. */
const oddities: readonly (readonly number[])[] = [
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
  Array.from({ length: 12 }, () => 0xff),
  [0xff, 0xff, 0xff, 0xff, 0x0f],
  [0x00],
  [0x0b],
  [0x0c],
  [0x0f],
  // A field that nobody knows, of each type that may be skipped.
  [0xf8, 0x7f, 0x01],
  [0xfa, 0x7f, 0x02, 0x61, 0x62],
  [0xf9, 0x7f, 1, 2, 3, 4, 5, 6, 7, 8],
  [0xfd, 0x7f, 1, 2, 3, 4],
  [0xfb, 0x7f, 0xfc, 0x7f],
];

const place = fc.nat({ max: 10_000 });
const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.tuple(place, fc.nat({ max: 7 })).map(
    ([at, bit]): Mutation =>
      (bytes) =>
        bytes.map((byte, index) => (index === at % bytes.length ? byte ^ (1 << bit) : byte)),
  ),
  place.map(
    (at): Mutation =>
      (bytes) =>
        bytes.slice(0, at % (bytes.length + 1)),
  ),
  fc.tuple(place, place).map(
    ([from, length]): Mutation =>
      (bytes) => {
        const start = from % (bytes.length + 1);
        return [...bytes, ...bytes.slice(start, start + (length % 64))];
      },
  ),
  fc.tuple(place, fc.constantFrom(...oddities)).map(
    ([at, odd]): Mutation =>
      (bytes) => {
        const cut = at % (bytes.length + 1);
        return [...bytes.slice(0, cut), ...odd, ...bytes.slice(cut)];
      },
  ),
  // Another wire type under the same field.
  fc.tuple(place, fc.nat({ max: 7 })).map(
    ([at, type]): Mutation =>
      (bytes) =>
        bytes.map((byte, index) => (index === at % bytes.length ? (byte & 0xf8) | type : byte)),
  ),
);

/** A message as it is, often enough to come far; changed; or bytes of no message. */
export function bytesFrom(message: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> {
  const changed = fc
    .tuple(message, fc.array(mutation, { minLength: 1, maxLength: 3 }))
    .map(([bytes, mutations]) =>
      Uint8Array.from(mutations.reduce<readonly number[]>((sum, change) => change(sum), [...bytes])),
    );
  return fc.oneof(
    { weight: 4, arbitrary: message },
    { weight: 4, arbitrary: changed },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 64 }) },
  );
}

/** How long a property may take in CI, what shrinks a counter-example too, in milliseconds. */
const timeLimitMs = 15_000;

/** As many cases as CI has time for; SPANGATE_FUZZ_RUNS asks for more, however long they take. */
export function fuzzing(numRuns: number): fc.Parameters<unknown> {
  const asked = process.env["SPANGATE_FUZZ_RUNS"];
  return asked === undefined ? { numRuns, interruptAfterTimeLimit: timeLimitMs } : { numRuns: Number(asked) };
}
