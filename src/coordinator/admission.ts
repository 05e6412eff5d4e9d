// Who is let in: every call but those of the health service shows a token, and each service takes one role's.
import { type Metadata, status } from "@grpc/grpc-js";
import { type Role, roleReader } from "../wire/token.js";

interface Refusal {
  readonly code: status;
  readonly details: string;
}

/**
 * @param only whose call it is; anybody's who has a token by default
 * @returns why the call is refused; `undefined` when it is let in
 */
export type Admission = (metadata: Metadata, only?: Role) => Refusal | undefined;

const nobody: Refusal = {
  code: status.UNAUTHENTICATED,
  details:
    "The token is missing or wrong. Send the gateway's token, or the one that it gives its agents, as metadata: authorization: Bearer TOKEN.",
};
const wrongRole: Readonly<Record<Role, Refusal>> = {
  agent: {
    code: status.PERMISSION_DENIED,
    details: "This is the token of the gateway's agents, which cannot control runs. Send the gateway's own token.",
  },
  runner: {
    code: status.PERMISSION_DENIED,
    details:
      "This is the token of the gateway's runners, which cannot be agents. Take an agent's variables from gateway.environment().",
  },
};

/** @param secret the gateway's */
export function admission(secret: string): Admission {
  const roleOf = roleReader(secret);
  return (metadata, only) => {
    const role = roleOf(metadata);
    if (!role) return nobody;
    return only === undefined || role === only ? undefined : wrongRole[role];
  };
}
