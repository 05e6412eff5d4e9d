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
  lookStream(call as unknown as ServerWritableStream<object, Told>, kind, (_, it) => {
    push = it;
    return () => {
      stopped += 1;
    };
  });
  push({ events: new Array(limit) });
  push({ events: [1] });
  expect([errors, stopped]).toEqual([[], 0]);
  push({ events: [1] });
  expect(errors).toMatchObject([{ code: status.RESOURCE_EXHAUSTED, details: expect.stringContaining(`${limit}`) }]);
  expect(stopped).toBeGreaterThan(0);
  expect(call.written).toBe(limit + 1);
});
