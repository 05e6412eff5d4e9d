// A stream whose reader does not read.
import { EventEmitter } from "node:events";
import { type ServerWritableStream, status } from "@grpc/grpc-js";
import { expect, it } from "vitest";
import { lookStream } from "../../../src/coordinator/look-stream.ts";

interface Told {
  readonly events: readonly unknown[];
}

/** One that takes nothing: no write is ever done. */
class Unread extends EventEmitter {
  written = 0;
  sendMetadata(): void {}
  write({ events }: Told): void {
    this.written += events.length;
  }
}

it.each([
  ["watch", 10_000],
  ["discover", 10_000],
  ["follow", 50_000],
] as const)("is cut off by %s once more than %d events wait, and nothing more is taken for it", (kind, limit) => {
  const call = new Unread();
  let push = (_: Told) => {};
  let stopped = 0;
  const errors: unknown[] = [];
  call.on("error", (error) => errors.push(error));
  const look = (_: object, it: typeof push) => {
    push = it;
    return () => {
      stopped += 1;
    };
  };
  lookStream(call as unknown as ServerWritableStream<object, Told>, kind, look, (it) => [[it, 1]]);
  push({ events: new Array(limit) });
  push({ events: [1] });
  expect([errors, stopped]).toEqual([[], 0]);
  push({ events: [1] });
  expect(errors).toMatchObject([{ code: status.RESOURCE_EXHAUSTED, details: expect.stringContaining(`${limit}`) }]);
  expect(stopped).toBeGreaterThan(0);
  expect(call.written).toBe(limit + 1);
});

it("is cut off once more than 64 MiB wait, however few events they are, and amid a message of several parts", () => {
  const call = new Unread();
  let push = (_: Told) => {};
  const errors: unknown[] = [];
  call.on("error", (error) => errors.push(error));
  const look = (_: object, it: typeof push) => {
    push = it;
    return () => {};
  };
  lookStream(call as unknown as ServerWritableStream<object, Told>, "discover", look, (it) =>
    it.events.map((one) => [{ events: [one] }, 1 << 20]),
  );
  push({ events: new Array(65).fill(0) });
  expect(errors).toEqual([]);
  push({ events: [1, 2, 3] });
  expect(errors).toMatchObject([{ code: status.RESOURCE_EXHAUSTED, details: expect.stringContaining("64 MiB") }]);
  expect(call.written).toBe(65);
});
