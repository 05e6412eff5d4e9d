// A failure as a gRPC status: the message for people, the whole as trailing metadata for programs.

import { Metadata, status } from "@grpc/grpc-js";
import { errorOf, type Failure, type SpangateError } from "../core/errors.js";
import { printableLines } from "../core/printable.js";
import { Failure as WireFailure } from "../gen/spangate/v1/runner.js";
import { failureFromWire, failureToWire } from "./runs.js";

const key = "spangate-failure-bin";

/** What a unary call or stream ends with. */
export interface StatusReply {
  readonly code: status;
  readonly details: string;
  readonly metadata: Metadata;
}

export function failureToStatus(failure: Failure, code: status = status.ABORTED): StatusReply {
  const metadata = new Metadata();
  metadata.set(key, Buffer.from(WireFailure.encode(failureToWire(failure)).finish()));
  // A status message travels as one header line: its first line is enough there.
  return { code, details: failure.message.split("\n", 1)[0] ?? "", metadata };
}

/** The same as an error, which a call can end with. */
export function named(reply: StatusReply): Error & StatusReply {
  return Object.assign(new Error(reply.details), reply);
}

/** The error that a failed call means to a test. */
export function errorFromStatus(error: StatusReply, address: string): SpangateError {
  const encoded = error.metadata.get(key)[0];
  if (Buffer.isBuffer(encoded)) {
    const { code, message, actor } = failureFromWire(WireFailure.decode(encoded));
    return errorOf(code, printableLines(message), { actor });
  }
  switch (error.code) {
    case status.UNAUTHENTICATED:
      return errorOf(
        "Refused",
        `The coordinator at ${address} refused the token. Pass the token that it was started with.`,
      );
    case status.PERMISSION_DENIED:
      return errorOf("Refused", `The coordinator at ${address} refused the call: ${error.details}`);
    case status.DEADLINE_EXCEEDED:
    case status.UNAVAILABLE:
    case status.CANCELLED:
      return errorOf(
        "CoordinatorGone",
        `The coordinator at ${address} is gone: ${error.details}. Whatever it held has been let go.`,
      );
    default:
      return errorOf("Internal", `The coordinator at ${address} answered ${status[error.code]}: ${error.details}`);
  }
}
