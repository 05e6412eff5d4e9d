// All runs and agents, as they come and go.
import type { LiveAgent, LiveMessage, LiveStep } from "../../../src/ui/protocol.ts";

export interface RunSummary {
  readonly runId: string;
  readonly starters: readonly string[];
  readonly isOpen: boolean;
  /** Told of the run that is followed, and of the others at their end. */
  readonly hasFailed: boolean;
  readonly step: LiveStep;
  /** How many of its actors stand at gates. */
  readonly standing: number;
}

export interface Everything {
  readonly agents: ReadonlyMap<string, LiveAgent>;
  /** By their ids, the newest last. */
  readonly runs: ReadonlyMap<string, RunSummary>;
  readonly byHand: boolean;
}

export const nothing: Everything = { agents: new Map(), runs: new Map(), byHand: false };

/** Closed runs that stay in the list: as many as the coordinator can tell of. */
const closedLimit = 5;
const testsMove: LiveStep = { number: 0, state: "test", wanted: null };
const over = { isOpen: false, step: testsMove, standing: 0 };

/** Whose run it is, in a line. */
export function namesOf({ starters }: RunSummary): string {
  return starters.length > 4
    ? `${starters.slice(0, 4).join(", ")} and ${starters.length - 4} more`
    : starters.join(", ");
}

/** What comes of it when something comes or goes. */
export function seeAll(before: Everything, message: LiveMessage): Everything {
  switch (message.type) {
    case "attached":
      return { ...before, agents: new Map(before.agents).set(message.agent.instance, message.agent) };
    case "left":
      return { ...before, agents: new Map([...before.agents].filter(([instance]) => instance !== message.instance)) };
    case "runOpened": {
      const { runId, starters } = message;
      const run = { runId, starters, isOpen: true, hasFailed: false, step: testsMove, standing: 0 };
      return { ...before, runs: new Map(before.runs).set(runId, run) };
    }
    case "runClosed":
      return withoutOld(change(before, message.runId, { ...over, hasFailed: message.failure !== "" }));
    case "byHand":
      return { ...before, byHand: message.isOn };
    case "step": {
      const { number, state, wanted } = message;
      return change(before, message.runId, { step: { number, state, wanted } });
    }
    case "standing": {
      const standing = (before.runs.get(message.runId)?.standing ?? 0) + message.by;
      return change(before, message.runId, { standing: Math.max(0, standing) });
    }
    default:
      return before;
  }
}

export function seeFailure(before: Everything, runId: string): Everything {
  return change(before, runId, { hasFailed: true });
}

/** What a new connection tells, and what only this page remembers: runs that are closed by now, and which ones failed. */
export function joined(before: Everything, now: Everything): Everything {
  const old = [...before.runs.values()]
    .filter(({ runId }) => !now.runs.has(runId))
    .map((run) => [run.runId, { ...run, ...over }] as const);
  const told = [...now.runs.values()].map(
    (run) =>
      [run.runId, { ...run, hasFailed: run.hasFailed || before.runs.get(run.runId)?.hasFailed === true }] as const,
  );
  return withoutOld({ ...now, runs: new Map([...old, ...told]) });
}

function change(before: Everything, runId: string, changes: Partial<RunSummary>): Everything {
  const run = before.runs.get(runId);
  return run ? { ...before, runs: new Map(before.runs).set(runId, { ...run, ...changes }) } : before;
}

function withoutOld(all: Everything): Everything {
  const closed = [...all.runs.values()].filter(({ isOpen }) => !isOpen);
  const old = new Set(closed.slice(0, Math.max(0, closed.length - closedLimit)).map(({ runId }) => runId));
  return old.size === 0 ? all : { ...all, runs: new Map([...all.runs].filter(([runId]) => !old.has(runId))) };
}
