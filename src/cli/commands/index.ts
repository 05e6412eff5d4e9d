// All commands, in the sequence of the help.
import type { Command } from "../command.js";
import { exec } from "./exec.js";
import { holds } from "./holds.js";
import { release } from "./release.js";
import { serve } from "./serve.js";
import { watch } from "./watch.js";

export const commands: readonly Command[] = [serve, exec, holds, release, watch];
