// RunnerService over gRPC: a test's side of its runs.
import { type handleUnaryCall, type ServerErrorResponse, status } from "@grpc/grpc-js";
import { type Failure, SpangateError } from "../core/errors.js";
import { rulesNotTaken } from "../core/failures.js";
import type { Goal } from "../core/messages.js";
import type { OpenRequest, RunnerServiceServer } from "../gen/spangate/v1/runner.js";
import { failureToStatus } from "../wire/failure.js";
import { adoptionsFromWire, arrivalToWire, happeningToWire, orderFromWire, reachedToWire } from "../wire/runs.js";
import { modeToWire } from "../wire/spans.js";
import { hasToken } from "../wire/token.js";
import type { Coordinator } from "./coordinator.js";
import { refusal } from "./refusal.js";
import type { RunDefinition, RunSession } from "./run-session.js";
import { RunTeller } from "./run-teller.js";

const defaultStepTimeoutMs = 5_000;
const defaultStallMs = 1_000;

export function runnerService(coordinator: Coordinator, token: string): RunnerServiceServer {
  const unary =
    <Request, Response>(
      answer: (request: Request) => Response | Promise<Response>,
    ): handleUnaryCall<Request, Response> =>
    (call, callback) => {
      if (!hasToken(call.metadata, token)) return callback(refusal);
      void new Promise<Response>((resolve) => resolve(answer(call.request))).then(
        (response) => callback(null, response),
        (error: unknown) => callback(statusOf(error)),
      );
    };
  const step = async (runId: string, goal: Goal) => {
    const answer = await find(coordinator, runId).request(goal);
    if (answer.type === "failed") throw new StepFailed(answer.failure);
    return { reached: answer.reached.map(reachedToWire), sequence: answer.sequence };
  };

  return {
    open: (call) => {
      if (!hasToken(call.metadata, token)) return void call.emit("error", refusal);
      try {
        const teller = new RunTeller((events) => void call.write({ events }));
        const { session, identities, ready } = coordinator.openRun(definitionOf(call.request), {
          tell: (entry, sequence) => teller.add({ sequence, atMs: entry.atMs, event: happeningToWire(entry) }),
          flush: () => teller.flush(),
          closed: () => {
            teller.flush();
            call.end();
          },
        });
        // The stream is the run's lease.
        call.on("cancelled", () => void coordinator.closeRun(session.id));
        call.on("error", () => void coordinator.closeRun(session.id));
        void ready.then((silent) => {
          if (silent.length > 0) {
            call.emit("error", statusOf(new StepFailed(rulesNotTaken(silent))));
            return coordinator.closeRun(session.id);
          }
          const opened = { runId: session.id, identities: identities.map(({ traceId: _, ...identity }) => identity) };
          teller.add({
            sequence: session.nextSequence(),
            atMs: session.sinceOpenedMs(),
            event: { $case: "opened", value: opened },
          });
          teller.flush();
        });
      } catch (error) {
        call.emit("error", statusOf(error));
      }
    },
    next: unary(({ runId }) => step(runId, { type: "next" })),
    skipTo: unary(({ runId, checkpoint }) => step(runId, { type: "skipTo", checkpoint })),
    finish: unary(({ runId }) => step(runId, { type: "finish" })),
    endStarter: unary(({ runId, actor, error, called }) => {
      find(coordinator, runId).put({ type: "ended", actor, error: error || undefined, called });
      return {};
    }),
    adopt: unary(async ({ runId, actor }) => {
      const error = await coordinator.adopt(runId, actor);
      if (error === undefined)
        throw new SpangateError("RunnerEnded", `No open run "${runId}" adopts an actor "${actor}".`);
      return { error };
    }),
    closeRun: unary(async ({ runId }) => {
      await coordinator.closeRun(runId);
      return {};
    }),
    listHolds: unary(() => ({ holds: coordinator.holds().map(arrivalToWire) })),
    release: unary(({ instance, id }) => ({ released: releaseByHand(coordinator, instance, id) })),
    listAgents: unary(() => ({
      agents: coordinator.agents.all.map(({ instance, service, pid, thread, modes, versions, ports }) => ({
        ...{ instance, service, pid, thread, versions },
        modes: modes.map(modeToWire),
        ports: [...ports],
      })),
    })),
  };
}

class StepFailed extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}

function find(coordinator: Coordinator, runId: string): RunSession {
  const run = coordinator.run(runId);
  if (!run) throw new SpangateError("RunnerEnded", `There is no open run "${runId}". A run ends with its Open stream.`);
  return run;
}

function definitionOf({ starters, adoptions, order, stepTimeoutMs, stallMs }: OpenRequest): RunDefinition {
  return {
    starters,
    adopted: adoptionsFromWire(adoptions),
    order: orderFromWire(order),
    limits: { stepTimeoutMs: stepTimeoutMs || defaultStepTimeoutMs, stallMs: stallMs || defaultStallMs },
  };
}

function releaseByHand(coordinator: Coordinator, instance: string, id: number): boolean {
  const hold = coordinator.holds().find((it) => it.agent.instance === instance && it.id === id);
  if (!hold) return false;
  coordinator.putToAll({ type: "withdrawn", agent: hold.agent, id, reason: "released by hand" });
  return coordinator.agents.release(instance, [id]);
}

function statusOf(error: unknown): ServerErrorResponse & { code: status } {
  const named = (it: { code: status; details: string }) => Object.assign(new Error(it.details), it);
  if (error instanceof StepFailed) return named(failureToStatus(error.failure));
  if (error instanceof SpangateError) {
    const { code, message } = error;
    return named(failureToStatus({ code, message, actor: undefined }, status.FAILED_PRECONDITION));
  }
  return named({ code: status.INTERNAL, details: error instanceof Error ? error.message : String(error) });
}
