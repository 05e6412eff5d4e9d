// Runs and agents.
import type { LiveAgent } from "../../../src/ui/protocol.ts";
import { type Everything, namesOf, type RunSummary } from "../model/runs.ts";

export interface SidebarProps {
  readonly all: Everything;
  readonly selected: string | null;
  readonly onSelect: (runId: string) => void;
}

export function Sidebar({ all, selected, onSelect }: SidebarProps) {
  const runs = [...all.runs.values()].reverse();
  const agents = [...all.agents.values()];
  return (
    <nav class="sidebar" aria-label="Runs and services">
      <p class="brand">
        <img src="/icon.svg" alt="" width="20" height="20" /> spangate
      </p>
      <section aria-labelledby="runs-title">
        <h2 id="runs-title">
          Runs <small>{runs.filter(({ isOpen }) => isOpen).length}</small>
        </h2>
        {runs.length === 0 && <p class="nothing">None is open.</p>}
        <ul>
          {runs.map((run) => (
            <li key={run.runId}>
              <button
                type="button"
                class={`run-link ${stateOf(run)}`}
                aria-current={run.runId === selected ? "true" : undefined}
                onClick={() => onSelect(run.runId)}
              >
                <span class="dot" aria-hidden="true" />
                <span class="who">
                  <bdi>{namesOf(run)}</bdi>
                </span>
                <span class="fact">
                  {factOf(run)}
                  <code>{run.runId.slice(0, 6)}</code>
                </span>
              </button>
            </li>
          ))}
        </ul>
      </section>
      <section aria-labelledby="agents-title">
        <h2 id="agents-title">
          Services <small>{agents.length}</small>
        </h2>
        {agents.length === 0 && <p class="nothing">None is attached.</p>}
        <ul>
          {agents.slice(0, mostAgents).map((agent) => (
            <li key={agent.instance} class="agent">
              <bdi>{agent.service}</bdi>
              <span class="fact">{placeOf(agent)}</span>
            </li>
          ))}
          {agents.length > mostAgents && <li class="nothing">and {agents.length - mostAgents} more</li>}
        </ul>
      </section>
    </nav>
  );
}

const mostAgents = 100;

const states = {
  ...{ failed: "failed", closed: "over" },
  ...{ person: "your move", run: "under way", test: "the test's turn" },
} as const;

function stateOf({ isOpen, hasFailed, step }: RunSummary): keyof typeof states {
  if (hasFailed) return "failed";
  return isOpen ? step.state : "closed";
}

function factOf(run: RunSummary): string {
  const held = run.standing > 0 ? `, ${run.standing} held` : "";
  return `${states[stateOf(run)]}${held}`;
}

function placeOf({ pid, thread, ports }: LiveAgent): string {
  const where = thread === 0 ? `pid ${pid}` : `pid ${pid}, thread ${thread}`;
  return ports.length > 0 ? `${where}, :${ports.join(" :")}` : where;
}
