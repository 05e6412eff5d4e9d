import { status } from "@grpc/grpc-js";

/** What a call without the right token gets. */
export const refusal = {
  code: status.UNAUTHENTICATED,
  details: "The token is missing or wrong. Send the gateway's token as metadata: authorization: Bearer TOKEN.",
};
