// RunnerService: a test's side of its runs, whatever it is called by.
import { Metadata, status } from "@grpc/grpc-js";
import { type Failure, SpangateError, UsageError } from "../core/errors.js";
import { rulesNotTaken } from "../core/failures.js";
import { defaultLimits, runLimits } from "../core/limits.js";
import type { Goal } from "../core/messages.js";
import type {
  DiscoverEvent,
  DiscoverRequest,
  FollowRequest,
  FollowResponse,
  ListHoldsRequest,
  ListHoldsResponse,
  OpenRequest,
  ReleaseRequest,
  ReleaseResponse,
  RunEvent,
  SteerRequest,
  SteerResponse,
  StepByHandRequest,
  StepByHandResponse,
  SyncAgentsRequest,
  SyncAgentsResponse,
  WatchEvent,
  WatchRequest,
} from "../gen/spangate/v1/runner.js";
import { longestMs } from "../real-time.js";
import { failureToStatus, type StatusReply } from "../wire/failure.js";
import type { RunListener, RunnerPort } from "../wire/runner-port.js";
import { adoptionsFromWire, happeningToWire, orderFromWire, reachedToWire } from "../wire/runs.js";
import { goalFromWire, stepToWire } from "../wire/steps.js";
import type { Coordinator } from "./coordinator.js";
import { discoverCall } from "./discover-call.js";
import { followCall } from "./follow-call.js";
import type { RunDefinition } from "./run-session.js";
import { Teller } from "./teller.js";
import { agentToWire, standingToWire, watchCall } from "./watch-call.js";

/** How many attributes a run may have recorded. */
const recordLimit = 16;

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
        return open(coordinator, request, listener);
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
    watch: (_, listener) => watchCall(coordinator, listener),
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

/** @throws {SpangateError} for an order that makes no sense */
function open(coordinator: Coordinator, request: OpenRequest, listener: RunListener): () => void {
  const teller = new Teller<RunEvent>((events) => listener.onEvents(events));
  const { session, identities, ready } = coordinator.openRun(definitionOf(request), {
    tell: (entry, sequence) => teller.add({ sequence, atMs: entry.atMs, event: happeningToWire(entry) }),
    flush: () => teller.flush(),
    closed: () => {
      teller.flush();
      listener.onEnd();
    },
  });
  const close = () => void coordinator.closeRun(session.id);
  void ready.then((silent) => {
    if (silent.length > 0) {
      listener.onError(statusOf(new StepFailed(rulesNotTaken(silent))));
      return close();
    }
    const opened = { runId: session.id, identities: identities.map(({ traceId: _, ...identity }) => identity) };
    teller.add({
      sequence: session.nextSequence(),
      atMs: session.sinceOpenedMs(),
      event: { $case: "opened", value: opened },
    });
    teller.flush();
  });
  return close;
}

class StepFailed extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}

class NoSuchRun extends UsageError {
  constructor(message: string) {
    super("RunnerEnded", message);
  }
}

function found<It>(it: It | undefined, runId: string): It {
  if (it === undefined) throw new NoSuchRun(`There is no open run "${runId}". A run ends with its Open stream.`);
  return it;
}

function definitionOf(request: OpenRequest): RunDefinition {
  const { starters, adoptions, order, stepTimeoutMs, stallMs, recordAttributes } = request;
  checkRecorded(recordAttributes);
  return {
    starters,
    recordAttributes,
    adopted: adoptionsFromWire(adoptions),
    order: orderFromWire(order),
    limits: {
      stepTimeoutMs: Math.min(stepTimeoutMs || defaultLimits.stepTimeoutMs, longestMs),
      stallMs: Math.min(stallMs || defaultLimits.stallMs, longestMs),
    },
  };
}

/** @throws {UsageError} */
function checkRecorded(names: readonly string[]): void {
  const { length } = names;
  if (length > recordLimit)
    throw new UsageError("BadOption", `record_attributes takes ${recordLimit} names at most; it has ${length}.`);
  const long = names.find((name) => name.length > runLimits.text);
  if (long !== undefined)
    throw new UsageError(
      "BadOption",
      `A name of record_attributes may have ${runLimits.text} characters; one has ${long.length}.`,
    );
}

function releaseByHand(coordinator: Coordinator, instance: string, id: number): boolean {
  const held = coordinator.standing().find(({ arrival: it }) => it.agent.instance === instance && it.id === id);
  if (!held) return false;
  coordinator.putToAll({ type: "withdrawn", agent: held.arrival.agent, id, reason: "released by hand" });
  return coordinator.agents.release(instance, [id]);
}

function kindOf(error: SpangateError): status {
  if (error instanceof NoSuchRun) return status.NOT_FOUND;
  switch (error.code) {
    case "BadOrder":
    case "BadPattern":
    case "BadOption":
    case "UnknownStarter":
    case "DuplicateStarter":
      return status.INVALID_ARGUMENT;
    case "Refused":
      return status.RESOURCE_EXHAUSTED;
    default:
      return status.FAILED_PRECONDITION;
  }
}

/** What a caller is told of an error. */
function statusOf(error: unknown): StatusReply {
  if (error instanceof StepFailed) return failureToStatus(error.failure);
  if (error instanceof SpangateError) {
    const { code, message } = error;
    return failureToStatus({ code, message, actor: undefined }, kindOf(error));
  }
  return {
    code: status.INTERNAL,
    details: error instanceof Error ? error.message : String(error),
    metadata: new Metadata(),
  };
}
