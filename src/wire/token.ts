// Who may do what. A gateway has a secret, which its runners show. Agents show a token that is made of the secret, and of
// which the secret cannot be made: a process under test can be held, and can hold nobody.
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { Metadata } from "@grpc/grpc-js";

/** Whom a token belongs to: who controls runs, or a process under test. */
export type Role = "runner" | "agent";

/** What the agents of a gateway show: HMAC-SHA256 of the text "spangate agent" under its secret, in base64url. */
export function agentToken(secret: string): string {
  return createHmac("sha256", secret).update("spangate agent").digest("base64url");
}

export function tokenMetadata(token: string): Metadata {
  const metadata = new Metadata();
  metadata.set("authorization", `Bearer ${token}`);
  return metadata;
}

/**
 * @param secret the gateway's
 * @returns whose token a call carries, `undefined` for nobody's
 */
export function roleReader(secret: string): (metadata: Metadata) => Role | undefined {
  const roleOf = tokenReader(secret);
  return (metadata) => roleOf(String(metadata.get("authorization")[0] ?? ""));
}

/**
 * @param secret the gateway's
 * @returns whose token an `authorization` shows, `undefined` for nobody's. It compares digests, all of them, in constant time
 */
export function tokenReader(secret: string): (authorization: string) => Role | undefined {
  const runner = digestOf(`Bearer ${secret}`);
  const agent = digestOf(`Bearer ${agentToken(secret)}`);
  return (authorization) => {
    const shown = digestOf(authorization);
    const isRunner = timingSafeEqual(shown, runner);
    const isAgent = timingSafeEqual(shown, agent);
    if (isRunner) return "runner";
    return isAgent ? "agent" : undefined;
  };
}

/** True where both are the same, found in constant time. */
export function isSameSecret(one: string, other: string): boolean {
  return timingSafeEqual(digestOf(one), digestOf(other));
}

// Of one length, whatever was sent.
function digestOf(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
