// Sessions of databases: each server numbers its own, so that two of different servers may bear one number.
import type { DatabaseSession } from "./model.js";

/** Tells a session from all others, as far as its process can. */
export function sessionKey({ system, server, id }: DatabaseSession): string {
  return `${system} ${server} ${id}`;
}

/** Of a connection's socket. */
export interface OtherEnd {
  readonly remoteAddress?: string | undefined;
  readonly remotePort?: number | undefined;
}

/** `ADDRESS:PORT` of a connection's other end, as its process sees it; empty where it has none, as a Unix socket. */
export function serverName({ remoteAddress, remotePort }: OtherEnd = {}): string {
  if (remoteAddress === undefined || remotePort === undefined) return "";
  // IPv6's names for what IPv4 has too.
  const address = remoteAddress === "::1" ? "127.0.0.1" : remoteAddress.replace(/^::ffff:/, "");
  return `${address}:${remotePort}`;
}
