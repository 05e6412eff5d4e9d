// The stream of a page that does not read.
import { EventEmitter } from "node:events";
import type { ServerResponse } from "node:http";
import { expect, it } from "vitest";
import type { Listener } from "../../../src/coordinator/listeners.ts";
import type { WatchEvent } from "../../../src/gen/spangate/v1/runner.ts";
import { streamTo } from "../../../src/ui/stream.ts";

/** One that takes nothing: what is written waits. */
class Unread extends EventEmitter {
  writableLength = 0;
  destroyed = false;
  write(text: string): void {
    this.writableLength += text.length;
  }
  destroy(): void {
    this.destroyed = true;
  }
  end(): void {}
}

it("is broken off before it fills the coordinator's memory, and nothing more is written", () => {
  let listener: Listener<WatchEvent> | undefined;
  const watch = (_: object, it: Listener<WatchEvent>) => {
    listener = it;
    return () => {};
  };
  const response = new Unread();
  streamTo(response as unknown as ServerResponse, { watch, follow: () => () => {} }, "");
  const starters = ["x".repeat(1 << 20)];
  const tell = () => listener?.onEvents([{ atMs: 0, event: { $case: "runOpened", value: { runId: "1", starters } } }]);
  for (let at = 0; at < 60; at += 1) tell();
  expect(response.destroyed).toBe(false);
  for (let at = 0; at < 60; at += 1) tell();
  expect(response.destroyed).toBe(true);
  expect(response.writableLength).toBeLessThan(70 << 20);
});
