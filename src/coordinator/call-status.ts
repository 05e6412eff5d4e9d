// What the caller of RunnerService is told of an error: a status, as the comments of proto/ promise.
import { Metadata, status } from "@grpc/grpc-js";
import { type Failure, SpangateError, UsageError } from "../core/errors.js";
import { failureToStatus, type StatusReply } from "../wire/failure.js";

/** A step has failed, and with it its run. */
export class StepFailed extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}

/** Nothing is known of the run, or nothing any more. */
export class NoSuchRun extends UsageError {
  constructor(message: string) {
    super("RunnerEnded", message);
  }
}

/** What a caller is told of an error. */
export function statusOf(error: unknown): StatusReply {
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
