// RunnerService: a test's side of its runs, whatever it is called by.
import { SpangateError, UsageError } from "../core/errors.js";
import type { Goal } from "../core/messages.js";
import type {
  DiscoverEvent,
  DiscoverRequest,
  FollowRequest,
  ListHoldsRequest,
  ListHoldsResponse,
  ReleaseRequest,
  ReleaseResponse,
  SteerRequest,
  SteerResponse,
  StepByHandRequest,
  StepByHandResponse,
  SyncAgentsRequest,
  SyncAgentsResponse,
  WatchEvent,
  WatchRequest,
} from "../gen/spangate/v1/runner.js";
import type { RunnerPort } from "../wire/runner-port.js";
import { reachedToWire } from "../wire/runs.js";
import { goalFromWire, stepToWire } from "../wire/steps.js";
import { NoSuchRun, StepFailed, statusOf } from "./call-status.js";
import type { Coordinator } from "./coordinator.js";
import { discoverCall } from "./discover-call.js";
import { followCall } from "./follow-call.js";
import type { FollowListener, Listener } from "./listeners.js";
import { openCall } from "./open-call.js";
import { agentToWire, standingToWire, watchCall } from "./watch-call.js";

/** All calls of the service. */
export interface RunnerCalls extends RunnerPort {
  listHolds(request: ListHoldsRequest): Promise<ListHoldsResponse>;
  release(request: ReleaseRequest): Promise<ReleaseResponse>;
  /** The listener is not called before this returns. @returns what ends it */
  watch(request: WatchRequest, listener: Listener<WatchEvent>): () => void;
  syncAgents(request: SyncAgentsRequest): Promise<SyncAgentsResponse>;
  /** As `watch`. */
  discover(request: DiscoverRequest, listener: Listener<DiscoverEvent>): () => void;
  /** The listener is not called before this returns. @returns what ends it; throws a status where there is no such run */
  follow(request: FollowRequest, listener: FollowListener): () => void;
  stepByHand(request: StepByHandRequest): Promise<StepByHandResponse>;
  steer(request: SteerRequest): Promise<SteerResponse>;
}

export function runnerCalls(coordinator: Coordinator): RunnerCalls {
  const step = async (runId: string, goal: Goal) => {
    const answer = await found(coordinator.steps(runId), runId).request(goal);
    if (answer.type === "failed") throw new StepFailed(answer.failure);
    return { reached: answer.reached.map(reachedToWire), sequence: answer.sequence };
  };
  return {
    open: (request, listener) => {
      try {
        return openCall(coordinator, request, listener);
      } catch (error) {
        throw statusOf(error);
      }
    },
    next: call(({ runId }) => step(runId, { type: "next" })),
    skipTo: call(({ runId, checkpoint }) => step(runId, { type: "skipTo", checkpoint })),
    finish: call(({ runId }) => step(runId, { type: "finish" })),
    endStarter: call(async ({ runId, actor, error, called }) => {
      found(coordinator.run(runId), runId).endStarter(actor, error || undefined, called);
      return {};
    }),
    adopt: call(async ({ runId, actor }) => {
      found(coordinator.run(runId), runId).checkBegun(actor, "Adopt");
      const error = await coordinator.adopt(runId, actor);
      if (error === undefined)
        throw new UsageError("UnknownStarter", `The run adopts no actor "${actor}": its Open names none in adoptions.`);
      return { error };
    }),
    closeRun: call(async ({ runId }) => {
      await coordinator.closeRun(runId);
      return {};
    }),
    listHolds: call(async () => ({
      holds: coordinator.standing().map(standingToWire),
      waiting: coordinator.waiting.map(({ runId, number, move }) => stepToWire(runId, number, move)),
    })),
    release: call(async ({ instance, id }) => ({ released: releaseByHand(coordinator, instance, id) })),
    listAgents: call(async () => ({ agents: coordinator.agents.all.map(agentToWire) })),
    syncAgents: call(async () => ({ silent: (await coordinator.syncAgents()).map(({ instance }) => instance) })),
    watch: (request, listener) => watchCall(coordinator, request, listener),
    follow: ({ runId }, listener) => {
      const record = coordinator.record(runId);
      if (!record) throw statusOf(new NoSuchRun(`There is no run "${runId}", open or just closed.`));
      return followCall(record, listener);
    },
    stepByHand: call(async ({ on }) => {
      coordinator.stepByHand(on);
      return {};
    }),
    steer: call(async ({ runId, number, goal }) => {
      const known = goalFromWire(goal);
      if (!known) throw new SpangateError("BadOrder", "Say how far the step goes: NEXT, SKIP_TO or FINISH.");
      found(coordinator.steps(runId), runId).steer(known, number);
      return {};
    }),
    discover: (request, listener) => {
      try {
        return discoverCall(coordinator, request, listener);
      } catch (error) {
        throw statusOf(error);
      }
    },
  };
}

// What it rejects with is a status, as the port promises.
function call<Request, Response>(answer: (request: Request) => Promise<Response>) {
  return (request: Request): Promise<Response> =>
    answer(request).catch((error: unknown) => {
      throw statusOf(error);
    });
}

function found<It>(it: It | undefined, runId: string): It {
  if (it === undefined) throw new NoSuchRun(`There is no open run "${runId}". A run ends with its Open stream.`);
  return it;
}

function releaseByHand(coordinator: Coordinator, instance: string, id: number): boolean {
  const held = coordinator.standing().find(({ arrival: it }) => it.agent.instance === instance && it.id === id);
  if (!held) return false;
  coordinator.putToAll({ type: "withdrawn", agent: held.arrival.agent, id, reason: "released by hand" });
  return coordinator.agents.release(instance, [id]);
}
