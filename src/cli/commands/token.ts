// spangate token: what services show, for those that something else starts.
import type { Option } from "commander";
import { agentToken } from "../../wire/token.js";
import type { Command } from "../command.js";
import { coordinatorOptions, tokenOf } from "../coordinator.js";
import { exitCodes } from "../exit-codes.js";

interface TokenOptions {
  readonly tokenFile?: string;
}

const tokenFileOption = coordinatorOptions.find(({ long }) => long === "--token-file") as Option;

export const token: Command<TokenOptions> = {
  name: "token",
  summary: "tell the token that services show",
  description:
    "It is made of the coordinator's own token, and lets a process be held, and hold nobody: give it to services that something else starts, in SPANGATE_TOKEN or as a file in SPANGATE_TOKEN_FILE.",
  options: [tokenFileOption],
  examples: [
    ["token --token-file token > agent-token", "For a secret of Compose or Kubernetes"],
    ["token --token-file ~/.spangate-token", "Of the coordinator that was started with that file"],
  ],
  async action(options, _, around) {
    around.stdout.write(`${agentToken(await tokenOf(options, around))}\n`);
    return exitCodes.done;
  },
};
