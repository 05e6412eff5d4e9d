// spangate exec: a command with an agent in it.
import { resolve } from "node:path";
import { Argument, Option } from "commander";
import type { HoldMode } from "../../core/model.js";
import { attachedEnvironment } from "../../runner/environment.js";
import { agentToken } from "../../wire/token.js";
import type { Command } from "../command.js";
import { type CoordinatorOptions, coordinatorOptions, readToken, tokenOf, wayOf } from "../coordinator.js";
import { runCommand } from "../run-command.js";
import { holdOf, serviceOf } from "../service.js";

interface ExecOptions extends CoordinatorOptions {
  readonly service?: string;
  readonly hold?: HoldMode;
  readonly agentTokenFile?: string;
}

export const exec: Command<ExecOptions> = {
  name: "exec",
  summary: "run a command with an agent in it",
  description:
    "Puts the preload into the environment of the command, which is then a service of the coordinator, and so are the Node processes that it starts. Input, output, signals and the exit code are the command's own. No shell is used.",
  arguments: [
    new Argument(
      "<command...>",
      "the command and its arguments; after -- they are never taken for options of spangate",
    ),
  ],
  options: [
    new Option(
      "--service <name>",
      "the service's name, as checkpoints ask for it; else $SPANGATE_SERVICE, $OTEL_SERVICE_NAME, unknown_service",
    ),
    new Option(
      "--hold <mode>",
      "how an actor is stopped where a checkpoint says nothing; else $SPANGATE_HOLD, flow",
    ).choices(["flow", "thread"]),
    new Option(
      "--agent-token-file <file>",
      "a file with the agents' own token, as spangate token tells it, where the coordinator's must not be",
    ),
    ...coordinatorOptions,
  ],
  examples: [
    ["exec --service bank -- node server.js", "A service"],
    ["exec --service job --hold thread -- node nightly.js --once", "A process whose whole thread is stopped"],
    ["exec --service shop -- npm start", "Whatever starts the service in the end"],
    ["exec --tls-ca ca.pem --agent-token-file agent-token -- node a.js", "On another machine than the coordinator"],
  ],
  exitCodes: [
    ["N", "the command's own"],
    ["128+N", "the command was ended by signal N"],
    ["2", "there is no address or token"],
    ["126", "the command cannot be run"],
    ["127", "there is no such command"],
  ],
  passesThrough: true,
  async action({ service, hold, agentTokenFile, ...options }, command, around) {
    const { env, cwd } = around;
    const way = wayOf(options, around);
    const token =
      agentTokenFile === undefined
        ? agentToken(await tokenOf(options, around))
        : await readToken(resolve(cwd, agentTokenFile));
    const agent = attachedEnvironment(
      way,
      token,
      {
        service: service ?? serviceOf(env),
        hold: hold ?? holdOf(env),
        spawned: false,
      },
      env,
    );
    return await runCommand(command, { ...env, ...agent }, around);
  },
};
