// All commands, in the sequence of the help.
import type { Command } from "../command.js";
import { exec } from "./exec.js";
import { serve } from "./serve.js";

export const commands: readonly Command[] = [serve, exec];
