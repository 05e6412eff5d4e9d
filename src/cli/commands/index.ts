// All commands, in the sequence of the help.
import type { Command } from "../command.js";
import { completion } from "./completion.js";
import { doctor } from "./doctor.js";
import { exec } from "./exec.js";
import { holds } from "./holds.js";
import { release } from "./release.js";
import { run } from "./run.js";
import { serve } from "./serve.js";
import { spans } from "./spans.js";
import { token } from "./token.js";
import { watch } from "./watch.js";

// What can be completed, beside the completion itself.
const others: readonly Command[] = [run, serve, exec, token, spans, holds, release, watch, doctor];

export const commands: readonly Command[] = [...others, completion(others)];
