// A coordinator in a process of its own, whose memory can be read.
import { type CoordinatorAddress, openGateway } from "spangate";

/** What it sends. */
export type Told = { readonly coordinator: CoordinatorAddress } | { readonly bytes: number };

const gateway = await openGateway();
process.on("message", () => tell({ bytes: usedBytes() }));
process.on("disconnect", () => void gateway.close());
tell({ coordinator: gateway.coordinator });

function usedBytes(): number {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function tell(told: Told): void {
  process.send?.(told);
}
