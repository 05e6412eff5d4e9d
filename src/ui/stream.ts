// The stream of one open page: all runs as they come and go, and one of them in all that happens. A line a message.
import type { ServerResponse } from "node:http";
import type { RunnerCalls } from "../coordinator/runner-calls.js";
import { queueMicrotask } from "../real-time.js";
import { watchedFromWire } from "../wire/watching.js";
import { FollowedRun, messageOfWatch } from "./live.js";
import type { LiveMessage } from "./protocol.js";

/** How many bytes may wait for a page that does not read: all of a long run, a few times. */
const backlogLimit = 64 << 20;

/**
 * @param runId which run is followed; none where it is empty
 * @returns what ends it
 */
export function streamTo(
  response: ServerResponse,
  calls: Pick<RunnerCalls, "watch" | "follow">,
  runId: string,
): () => void {
  const send = (messages: readonly LiveMessage[]) => {
    if (messages.length === 0 || response.destroyed) return;
    // The page begins anew by itself, when it reads again.
    if (response.writableLength > backlogLimit) response.destroy();
    else response.write(messages.map((it) => `${JSON.stringify(it)}\n`).join(""));
  };
  send([{ type: "hello" }]);
  const unwatch = calls.watch(
    { closed: true },
    {
      onEvents: (events) => send(events.flatMap(watchedFromWire).map(messageOfWatch)),
      onEnd: () => response.end(),
    },
  );
  // Behind what is there already, which comes at once.
  queueMicrotask(() => send([{ type: "ready" }]));
  const unfollow = runId === "" ? () => {} : follow(calls, runId, send);
  return () => {
    unwatch();
    unfollow();
    response.end();
  };
}

function follow(
  calls: Pick<RunnerCalls, "follow">,
  runId: string,
  send: (messages: readonly LiveMessage[]) => void,
): () => void {
  const run = new FollowedRun();
  const onEnd = () => send([{ type: "over" }]);
  try {
    return calls.follow({ runId }, { onTold: (told) => send(run.messagesOf(told)), onEnd });
  } catch {
    // It is gone, and nothing of it is kept.
    onEnd();
    return () => {};
  }
}
