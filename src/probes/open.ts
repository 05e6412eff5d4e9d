// Probes are connected before anything can ask them.
import { EnvironmentError, UsageError } from "../core/errors.js";
import type { LockProbe } from "../core/lock-probe.js";

/** Runs what a probe does; in a process with an agent, without spans. */
export type Apart = <T>(action: () => T) => T;

const inUse = new WeakSet<LockProbe>();

/**
 * Connects probes.
 * @returns what asks them
 * @throws {UsageError} BadOption, for one that is open
 * @throws {EnvironmentError} ProbeFailed: then none of them stays open
 */
export async function openProbes(probes: readonly LockProbe[], apart: Apart): Promise<readonly LockProbe[]> {
  if (probes.some((probe) => inUse.has(probe)))
    throw new UsageError("BadOption", "A lock probe is in use by another gateway. Make one for each: postgres(url).");
  for (const probe of probes) inUse.add(probe);
  const outcomes = await Promise.allSettled(probes.map((probe) => apart(() => probe.open())));
  const failed = outcomes.findIndex(({ status }) => status === "rejected");
  if (failed < 0) return probes.map((probe) => askedApart(probe, apart));
  await closeProbes(probes);
  const { reason } = outcomes[failed] as PromiseRejectedResult;
  if (reason instanceof EnvironmentError) throw reason;
  const why = reason instanceof Error ? reason.message || String(reason) : String(reason);
  throw new EnvironmentError("ProbeFailed", `The lock probe of ${probes[failed]?.server} cannot connect: ${why}`, {
    cause: reason,
  });
}

function askedApart(probe: LockProbe, apart: Apart): LockProbe {
  const { system, server } = probe;
  return {
    ...{ system, server, open: () => probe.open(), close: () => probe.close() },
    get address() {
      return probe.address;
    },
    waits: (ids) => apart(() => probe.waits(ids)),
  };
}

export async function closeProbes(probes: readonly LockProbe[]): Promise<void> {
  await Promise.allSettled(probes.map((probe) => probe.close()));
  for (const probe of probes) inUse.delete(probe);
}
