// Puts the two sides together: a coordinator in this process, and a test's client of it. A test in another process or
// language has the very same powers: its calls take the same way from RunnerService on.
import { otherCoordinator, ownCoordinator, type UiOptions } from "./access.js";
import { EnvironmentError, UsageError } from "./core/errors.js";
import type { LockProbe } from "./core/lock-probe.js";
import { mistakeOfNode } from "./core/node-version.js";
import { type CoordinatorAddress, CoordinatorClient } from "./runner/client.js";
import { Gateway } from "./runner/gateway.js";
import { checkLimits, checkOptions } from "./runner/options.js";
import { completeRunnerOptions, type RunnerOptions, runnerOptionNames } from "./runner/runner-options.js";
import { checkName } from "./runner/starter-factory.js";
import { type HereAgent, hereAgent } from "./wire/here.js";
import type { ServerTls } from "./wire/tls.js";

/** How a gateway is opened, and the defaults of its runners. */
export interface GatewayOptions extends RunnerOptions {
  /**
   * Where its own coordinator listens: a Unix socket in a private temporary folder by default (on Windows a free
   * loopback port), or `HOST:PORT`; port 0 takes a free one. Beyond this machine, as `0.0.0.0:7717`, it needs `tls`.
   */
  readonly listen?: string;
  /** Its own coordinator speaks TLS: its certificate and key, and what clients are asked for. Plain by default. */
  readonly tls?: ServerTls;
  /** Lets its own coordinator listen beyond this machine without TLS, where the network itself is trusted. */
  readonly insecure?: boolean;
  /**
   * Makes this very process a service too, under this name: the application that the test imports. `spangate/here`
   * must be loaded before it. Only flows can be held here.
   */
  readonly here?: string;
  /**
   * Ways to ask databases which actors wait for locks, such as `postgres(url)`: what `blocked` is known by. They belong to
   * the gateway's own coordinator.
   */
  readonly probes?: readonly LockProbe[];
  /**
   * Serves an interactive page of its own coordinator, at `gateway.ui`: live lanes, holds, and steps by hand, as
   * `spangate serve --ui` does.
   */
  readonly ui?: boolean | UiOptions;
  /** Uses a coordinator that runs elsewhere, in place of one of its own. */
  readonly connect?: CoordinatorAddress;
  /** How long the coordinator may take to answer, in milliseconds; 10,000 by default. */
  readonly connectTimeoutMs?: number;
}

const gatewayOptions: readonly (keyof GatewayOptions)[] = [
  "listen",
  "tls",
  "insecure",
  "here",
  "probes",
  "ui",
  "connect",
  "connectTimeoutMs",
  ...runnerOptionNames,
];

/**
 * Opens a gateway, with a coordinator in this process unless `connect` names another one.
 * @throws {UsageError} BadOption, for an address beyond this machine without TLS, certificates that cannot be read, or `here` without its agent
 * @throws {EnvironmentError} CoordinatorUnreachable, Refused, NodeTooOld, ProbeFailed
 */
export async function openGateway(options: GatewayOptions = {}): Promise<Gateway> {
  const mistake = mistakeOfNode(process.versions.node);
  if (mistake) throw new EnvironmentError("NodeTooOld", mistake);
  checkOptions("openGateway()", options, gatewayOptions);
  const { listen, tls, insecure, here, probes = [], ui, connect, connectTimeoutMs = 10_000, ...defaults } = options;
  checkLimits({ connectTimeoutMs });
  completeRunnerOptions(defaults);
  if (listen !== undefined && connect)
    throw new UsageError("BadOption", "openGateway: give listen or connect, not both.");
  if (connect && (tls || insecure !== undefined))
    throw new UsageError(
      "BadOption",
      "openGateway: tls and insecure belong into connect: { address, token, tls: { ca } }.",
    );
  if (!Array.isArray(probes) || probes.some((probe) => typeof probe?.waits !== "function"))
    throw new UsageError(
      "BadOption",
      "openGateway: probes is a list of lock probes: [postgres(url)], [mariadb(url)], [mysql(url)].",
    );
  if (connect && probes.length > 0)
    throw new UsageError(
      "BadOption",
      "openGateway: probes belong to the coordinator; give them to the gateway that has it.",
    );
  const page = ui === true ? {} : ui || undefined;
  if (page) checkUi(page, connect, here);
  const agent = here === undefined ? undefined : agentOf(here, connect);
  const {
    coordinator,
    port,
    attach,
    ui: url,
    close,
  } = connect
    ? await otherCoordinator(connect, connectTimeoutMs)
    : await ownCoordinator({ listen, tls, insecure, ui: page }, probes);
  const client = new CoordinatorClient(coordinator.address, port);
  try {
    if (here !== undefined && attach) agent?.attach(here, attach);
    await client.listAgents();
  } catch (error) {
    await close();
    throw error;
  }
  return new Gateway(client, coordinator, defaults, close, url);
}

/** @throws {UsageError} BadOption */
function checkUi(page: UiOptions, connect: CoordinatorAddress | undefined, here: string | undefined): void {
  checkOptions("openGateway({ ui })", page, ["listen", "step"]);
  if (connect)
    throw new UsageError(
      "BadOption",
      "openGateway: ui belongs to the coordinator; start that with spangate serve --ui.",
    );
  // The agent in this process would take the page's requests for the application's.
  if (here !== undefined)
    throw new UsageError(
      "BadOption",
      "openGateway: give ui or here, not both: the page is served by this process too.",
    );
}

/** @throws {UsageError} BadOption, when this process cannot be a service */
function agentOf(here: string, connect: CoordinatorAddress | undefined): HereAgent {
  checkName("service", here);
  if (connect) {
    throw new UsageError("BadOption", "openGateway: here needs a coordinator of this process; leave connect out.");
  }
  const agent = hereAgent();
  if (agent) return agent;
  throw new UsageError(
    "BadOption",
    `openGateway: here: ${JSON.stringify(here)} needs an agent in this process. Load it before the application: node --import spangate/here, or in Vitest the plugin of spangate/vitest/config (pool "forks" or "threads"). Jest's modules cannot be instrumented: start the application with gateway.service() there.`,
  );
}
