// The certificates under test/fixtures/tls, which its make.sh makes.
import type { ClientTls, ServerTls } from "spangate";
import { fixture } from "./fixtures.ts";

const pem = (name: string) => fixture(`tls/${name}.pem`);

/** Knows the coordinator, and has no certificate of its own. */
export const anybody: ClientTls = { ca: pem("ca") };
/** Has a certificate that the coordinator's authority has signed. */
export const known: ClientTls = { ...anybody, ...pairOf("client") };
/** Has one that another authority has signed. */
export const stranger: ClientTls = { ...anybody, ...pairOf("stranger") };
/** Knows another authority. */
export const misled: ClientTls = { ca: pem("other-ca") };

export const server: ServerTls = { ...pairOf("server"), client: anybody };
/** Asks clients for certificates. */
export const mutual: ServerTls = { ...server, clientCa: pem("ca"), client: known };

/** A certificate and its key. */
export function pairOf(name: string): { readonly cert: string; readonly key: string } {
  return { cert: pem(name), key: pem(`${name}-key`) };
}
