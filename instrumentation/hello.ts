// How an agent introduces itself.
import { isMainThread, threadId } from "node:worker_threads";
import type { HoldMode } from "../src/core/model.js";
import type { Hello } from "../src/gen/spangate/v1/agent.js";
import { protocolVersion } from "../src/wire/protocol.js";
import { modeToWire } from "../src/wire/spans.js";

export function helloOf(service: string, modes: readonly HoldMode[]): Hello {
  return {
    protocol: protocolVersion,
    service,
    pid: process.pid,
    thread: isMainThread ? 0 : threadId,
    modes: modes.map(modeToWire),
    versions: { spangate: SPANGATE_VERSION, node: process.versions.node },
  };
}
