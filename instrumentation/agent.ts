// The agent of a process under test. Loaded by the preload, before the application's first line.
import { join } from "node:path";
import { assemble } from "./assemble.js";
import { type AgentConfig, readConfig } from "./config.js";
import { helloOf } from "./hello.js";
import { Link } from "./link/link.js";

const config = configOrEnd();
if (config) start(config);

function configOrEnd(): AgentConfig | undefined {
  try {
    return readConfig(process.env);
  } catch (error) {
    giveUp(process.env["SPANGATE_ADDRESS"] ?? "", error instanceof Error ? error.message : String(error));
  }
}

function start(config: AgentConfig): void {
  const hello = helloOf(config.service, ["thread", "flow"]);
  const { link, gate } = assemble(config, (events) => new Link(config, join(__dirname, "worker.cjs"), hello, events));
  // Released when the coordinator is gone: a thread must not stop any more then.
  process.on("exit", (exitCode) => {
    gate.flush();
    link.sayGoodbye(exitCode | 0);
  });
  const failure = link.awaitWelcome();
  if (failure !== undefined)
    giveUp(
      config.way.address,
      `${failure.replace(/\.$/, "")}. Is it started, and are these its address, token and certificates? Mend that`,
    );
}

function giveUp(address: string, reason: string): never {
  process.stderr.write(
    `spangate: cannot attach to the coordinator at ${address}: ${reason}, or unset SPANGATE_ADDRESS to run without spangate.\n`,
  );
  process.exit(1);
}
