// What stands between this machine and a coordinator that speaks TLS: the certificates of both sides.
import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { UsageError } from "../../core/errors.js";
import { type ClientTls, readClientTls } from "../../wire/tls.js";
import { type CoordinatorOptions, wayOf } from "../coordinator.js";
import type { Finding, Patient } from "./finding.js";
import { peerOf } from "./peer-certificate.js";

const check = "certificates";
const dayMs = 86_400_000;
/** How long before its end a certificate is worth a word, in days. */
const soonDays = 14;

/** Nothing where the coordinator is reached without TLS, or none is named. */
export async function checkCertificates(options: CoordinatorOptions, { around }: Patient): Promise<readonly Finding[]> {
  if (options.address === undefined && !around.env["SPANGATE_ADDRESS"]) return [];
  let way: ReturnType<typeof wayOf>;
  try {
    way = wayOf(options, around);
  } catch (error) {
    // Without an address there is another check that says so.
    if (error instanceof UsageError && /tls|TLS/.test(error.message))
      return [
        { check, level: "problem", text: error.message, remedy: "Correct the option or variable that it names." },
      ];
    return [];
  }
  if (!way.tls) return [];
  const own = ownCertificates(way.tls);
  const peer = await peerOf(way.address, readClientTls(way.tls));
  return [...own, ...(peer ? judge(peer) : [])];
}

function ownCertificates({ ca, cert }: ClientTls): readonly Finding[] {
  return [...lifeOf("the authority (ca)", ca), ...lifeOf("the own certificate (cert)", cert)];
}

/** @param place a file or PEM text */
function lifeOf(what: string, place: string | undefined): readonly Finding[] {
  if (place === undefined) return [];
  const { validToDate } = new X509Certificate(place.includes("-----BEGIN ") ? place : readFileSync(place));
  const leftDays = (validToDate.getTime() - Date.now()) / dayMs;
  const day = validToDate.toISOString().slice(0, 10);
  const remedy = "Make a new one: docs/many-machines.md shows how.";
  if (leftDays < 0) return [{ check, level: "problem", text: `${what} has expired on ${day}.`, remedy }];
  if (leftDays < soonDays) return [{ check, level: "note", text: `${what} expires on ${day}.`, remedy }];
  return [{ check, level: "fine", text: `${what} is valid until ${day}.` }];
}

function judge({ mistake, names, validTo }: NonNullable<Awaited<ReturnType<typeof peerOf>>>): readonly Finding[] {
  const day = validTo.toISOString().slice(0, 10);
  if (mistake === undefined)
    return [{ check, level: "fine", text: `the coordinator's is known here, and valid until ${day}.` }];
  const [text, remedy] = problems[mistake](day, names);
  return [{ check, level: "problem", text, remedy }];
}

const problems = {
  expired: (day: string, _: string) =>
    [`the coordinator's has expired on ${day}.`, "Make a new one, and start it anew with that."] as const,
  otherHost: (_: string, names: string) =>
    [
      `the coordinator's is another host's: it bears ${names}.`,
      "Use one of these names as its address, or say which with --tls-servername.",
    ] as const,
  untrusted: (_: string, names: string) =>
    [
      `the coordinator's, of ${names}, is not signed by an authority that is known here.`,
      "Give the certificate of the one that has signed it: --tls-ca, or SPANGATE_TLS_CA.",
    ] as const,
};
