// Every call carries the gateway's token; whoever does not know it gets nothing.
import { timingSafeEqual } from "node:crypto";
import { Metadata } from "@grpc/grpc-js";

export function tokenMetadata(token: string): Metadata {
  const metadata = new Metadata();
  metadata.set("authorization", `Bearer ${token}`);
  return metadata;
}

/** Compares in constant time. */
export function hasToken(metadata: Metadata, token: string): boolean {
  const expected = Buffer.from(`Bearer ${token}`);
  const actual = Buffer.from(String(metadata.get("authorization")[0] ?? ""));
  return actual.length === expected.length && timingSafeEqual(actual, expected);
}
