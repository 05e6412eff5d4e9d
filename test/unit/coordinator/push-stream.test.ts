// A stream whose reader does not read.
import { EventEmitter } from "node:events";
import { type ServerWritableStream, status } from "@grpc/grpc-js";
import { expect, it } from "vitest";
import { pushStream } from "../../../src/coordinator/push-stream.ts";

/** One that takes nothing: no write is ever done. */
class Unread extends EventEmitter {
  written = 0;
  sendMetadata(): void {}
  write(size: number): void {
    this.written += size;
  }
}

it.each([
  ["watch", 10_000],
  ["follow", 50_000],
] as const)("is cut off by %s once more than %d events wait, and nothing more is taken for it", (kind, limit) => {
  const call = new Unread();
  let push = (_: number) => {};
  let stopped = 0;
  const errors: unknown[] = [];
  call.on("error", (error) => errors.push(error));
  pushStream(
    call as unknown as ServerWritableStream<object, number>,
    kind,
    (size) => size,
    (it) => {
      push = it;
      return () => {
        stopped += 1;
      };
    },
  );
  push(limit);
  push(1);
  expect([errors, stopped]).toEqual([[], 0]);
  push(1);
  expect(errors).toMatchObject([{ code: status.RESOURCE_EXHAUSTED, details: expect.stringContaining(`${limit}`) }]);
  expect(stopped).toBeGreaterThan(0);
  expect(call.written).toBe(limit + 1);
});
