// spangate completion: what makes a shell complete the other commands.
import { Argument } from "commander";
import { UsageError } from "../../core/errors.js";
import type { Command } from "../command.js";
import { scripts } from "../completion/scripts.js";
import { exitCodes } from "../exit-codes.js";

const shells = Object.keys(scripts);

/** @param others what is completed beside itself */
export function completion(others: readonly Command[]): Command {
  const self: Command = {
    name: "completion",
    summary: "write what makes a shell complete spangate's commands and options",
    arguments: [new Argument("<shell>", "whose script it is").choices(shells)],
    options: [],
    examples: [
      ["completion bash >> ~/.bashrc", "bash"],
      ["completion zsh > ~/.zfunc/_spangate", "zsh, where ~/.zfunc is in fpath"],
      ["completion fish > ~/.config/fish/completions/spangate.fish", "fish"],
    ],
    async action(_, [shell = ""], around) {
      const script = scripts[shell];
      if (!script) throw new UsageError("BadOption", `There is no script for ${shell}: ${shells.join(", ")}.`);
      around.stdout.write(script([...others, self]));
      return exitCodes.done;
    },
  };
  return self;
}
