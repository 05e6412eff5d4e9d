// Who may ask the page's server for what. A browser brings requests of any website to loopback: what keeps those out is
// the token, which no other origin has; the rest is for the day on which one of them finds a way around it.
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { tokenReader } from "../wire/token.js";

/** Why a request gets nothing; the text is for people. */
export interface Refusal {
  readonly status: number;
  readonly error: string;
}

/** @returns why the request is refused; `undefined` when it is let in */
export type Guard = (request: IncomingMessage) => Refusal | undefined;

/**
 * @param secret the gateway's
 * @param own the server's own host, as an address has it
 * @param port gets the server's, once it listens
 */
export function newGuard(secret: string, own: string, port: () => number): Guard {
  const roleOf = tokenReader(secret);
  // Names of this machine alone. Any other one, which a stranger's name server may lead here, is none of ours.
  const hosts = [own, "127.0.0.1", "localhost", "[::1]"];
  return ({ headers, url = "" }) => {
    const host = headers.host ?? "";
    // Browsers leave out the port that http has.
    const ports = port() === 80 ? [":80", ""] : [`:${port()}`];
    if (!hosts.some((it) => ports.some((at) => host.toLowerCase() === `${it}${at}`))) {
      return { status: 421, error: `This is no address of the page's: "${host}". Open http://${own}:${port()}/.` };
    }
    // A query is written down by whatever lies between, and by the browser itself.
    if (url.includes("?")) {
      return {
        status: 400,
        error: "No query is taken here. A token belongs into the page's form, or behind # in its address.",
      };
    }
    if (!url.startsWith("/api/")) return undefined;
    if (isForeign(headers, host)) return { status: 403, error: "Only the page itself may ask this, and no other." };
    const role = roleOf(headers.authorization ?? "");
    if (role === "runner") return undefined;
    return role === "agent"
      ? { status: 403, error: "This is the token of the gateway's agents, which cannot control runs." }
      : { status: 401, error: "The token is missing or wrong." };
  };
}

function isForeign(headers: IncomingHttpHeaders, host: string): boolean {
  const { origin } = headers;
  const site = headers["sec-fetch-site"];
  if (origin !== undefined && origin !== `http://${host}`) return true;
  return site !== undefined && site !== "same-origin";
}
