// The interactive page beside a coordinator that serve runs: its options, its server, and what is told of it.
import { Option } from "commander";
import type { CoordinatorServer } from "../../coordinator/server.js";
import { UsageError } from "../../core/errors.js";
import { printable } from "../../core/printable.js";
import type { UiServer } from "../../ui/server.js";
import type { Output } from "../surroundings.js";

/** How much of a run's names is told. */
const mostNames = 10;
const longestNames = 200;

export interface UiFlags {
  readonly ui?: boolean;
  readonly uiListen?: string;
  readonly step?: boolean;
}

export const uiOptions: readonly Option[] = [
  new Option("--ui", "serve an interactive page too: live lanes, holds, and steps by hand"),
  new Option(
    "--ui-listen <address>",
    "where: a loopback HOST:PORT; port 0 takes a free one (default: 127.0.0.1:0, with --ui)",
  ),
  new Option("--step", "begin with steps by hand: each waits for a button of the page (with --ui)"),
];

/** @throws {UsageError} BadOption, for what means nothing without --ui */
export function checkUi({ ui = false, uiListen, step = false }: UiFlags): void {
  if (ui || (uiListen === undefined && !step)) return;
  const option = step ? "--step" : "--ui-listen";
  throw new UsageError("BadOption", `${option} is about the page: give --ui too.`);
}

/**
 * @param stderr is told of runs that wait for a hand while no page is open
 * @returns `undefined` where no page is asked for
 * @throws {SpangateError} as `serveUi` does
 */
export async function openUi(
  { ui = false, uiListen = "127.0.0.1:0", step = false }: UiFlags,
  { runners }: Pick<CoordinatorServer, "runners">,
  token: string,
  stderr: Output,
): Promise<UiServer | undefined> {
  if (!ui) return undefined;
  const { serveUi } = await import("../../ui/server.js");
  const server = await serveUi({
    ...{ listen: uiListen, token, calls: runners },
    onUnattended: ({ runId, starters }) =>
      void stderr.write(
        `spangate: run ${runId} of ${namesOf(starters)} waits for a hand, and no page is open: ${server.url}\n`,
      ),
  });
  if (step) await runners.stepByHand({ on: true });
  return server;
}

// They are the test's, and may be anything.
function namesOf(starters: readonly string[]): string {
  const names = printable(starters.slice(0, mostNames).join(", "));
  return names.length > longestNames ? `${names.slice(0, longestNames)}…` : names;
}

/** The page's address as the ready message tells it: with the token only where that was asked for. */
export function uiAddress({ url }: UiServer, token: string | undefined): string {
  return token === undefined ? url : `${url}#token=${encodeURIComponent(token)}`;
}
