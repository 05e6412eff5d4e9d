// What to say where no span was seen: which part is missing, and what to do.
import type { Entry } from "./catalogue.js";

export interface Nothing {
  /** The command that ran; `undefined` where a running coordinator was looked at. */
  readonly command: string | undefined;
  /** Who was attached, such as `bank (pid 4711)`. */
  readonly agents: readonly string[];
  /** The service that was asked for. */
  readonly service: string | undefined;
  readonly others: readonly Entry[];
}

const doctor = "`spangate doctor` in its folder tells what is missing.";

export function whyNothing({ command, agents, service, others }: Nothing): string {
  if (others.length > 0) {
    const names = [...new Set(others.map((entry) => entry.service))].join(", ");
    return `No span of "${service}" was seen, only of ${names}. Give one of these as --service.`;
  }
  if (agents.length > 0)
    return `No span was seen, though ${agents.join(", ")} had an agent. Send requests, or whatever makes it work, before Ctrl-C. If you did, nothing that it uses has spans: ${doctor}`;
  return command === undefined
    ? "No span was seen: no process is attached. Start the service with spangate exec --service NAME -- COMMAND."
    : `No span was seen: no process of ${command} had an agent. Is it Node, and does it keep NODE_OPTIONS? ${doctor}`;
}
