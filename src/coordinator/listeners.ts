// Who is told what, of the streams of RunnerService for those who look on.
import type { FollowResponse } from "../gen/spangate/v1/runner.js";

/** What becomes of a stream of what is seen. */
export interface Listener<Event> {
  onEvents(events: readonly Event[]): void;
  /** The coordinator ends. */
  onEnd(): void;
}

/** What becomes of a look at one run. */
export interface FollowListener {
  onTold(told: FollowResponse): void;
  /** The run is over. */
  onEnd(): void;
}
