// spangate serve: the coordinator as a process.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Option } from "commander";
import { UsageError } from "../../core/errors.js";
import { isOfThisMachine, socketOptions } from "../../wire/address.js";
import type { Command } from "../command.js";
import { exitCodes } from "../exit-codes.js";
import { jsonLine, jsonOption, shellWord } from "../output.js";
import { clearStaleSocket } from "../serve/stale-socket.js";
import { takeToken } from "../serve/token.js";
import { whenAskedToEnd } from "../surroundings.js";

interface ServeOptions {
  readonly listen?: string;
  readonly tokenFile?: string;
  readonly printToken?: boolean;
  readonly json?: boolean;
}

/** What the ready line tells. */
interface Ready {
  readonly address: string;
  readonly tokenFile: string;
  /** Only where it was asked for. */
  readonly token?: string;
  readonly pid: number;
}

export const serve: Command<ServeOptions> = {
  name: "serve",
  summary: "run a coordinator until SIGTERM or Ctrl-C",
  description:
    "Tests reach it with openGateway({ connect: { address, token } }), services with spangate exec. It writes one ready message when it can be reached. At its end everything that it held goes on, and its socket and token are removed.",
  options: [
    new Option(
      "--listen <address>",
      "unix:PATH, or HOST:PORT with a loopback host; port 0 takes a free one (default: a socket in a private folder)",
    ),
    new Option(
      "--token-file <file>",
      "the token that calls must carry; written for you, with mode 0600, where there is no such file (default: in a private folder)",
    ),
    new Option("--print-token", "tell the token itself too, not only its file"),
    jsonOption("the ready message as one JSON object"),
  ],
  examples: [
    ["serve", "A coordinator on a Unix socket"],
    ["serve --listen 127.0.0.1:7007 --token-file ~/.spangate-token", "At an address and with a token of your own"],
    ["serve --json", "For a script that waits for the first line"],
  ],
  exitCodes: [
    ["0", "ended by SIGTERM, SIGINT or SIGHUP"],
    ["2", "the command line makes no sense"],
    ["3", "the address cannot be listened on"],
  ],
  async action({ listen, tokenFile, printToken = false, json = false }, _, around) {
    // Loaded only here: no other command needs the server.
    const { serveCoordinator } = await import("../../coordinator/server.js");
    const ended = whenAskedToEnd(around);
    if (listen !== undefined) checkListen(listen);
    // Only its owner can enter it.
    const folder = await mkdtemp(join(tmpdir(), "spangate-"));
    const file = tokenFile === undefined ? join(folder, "token") : resolve(around.cwd, tokenFile);
    try {
      const { token, isNew } = await takeToken(file);
      try {
        const server = await serveCoordinator({ listen: await addressOf(listen, folder, around.cwd), token });
        const ready = { address: server.address, tokenFile: file, ...(printToken ? { token } : {}), pid: process.pid };
        around.stdout.write(json ? jsonLine(ready) : describeReady(ready));
        await ended;
        await server.close();
      } finally {
        if (isNew) await rm(file, { force: true });
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
    return exitCodes.done;
  },
};

/** @throws {UsageError} BadOption, for an address beyond this machine */
function checkListen(listen: string): void {
  if (isOfThisMachine(listen)) return;
  throw new UsageError(
    "BadOption",
    `--listen: "${listen}" is not unix:PATH or a loopback HOST:PORT such as 127.0.0.1:0. Whoever reaches the coordinator can stop the services.`,
  );
}

async function addressOf(listen: string | undefined, folder: string, cwd: string): Promise<string> {
  if (listen === undefined)
    return process.platform === "win32" ? "127.0.0.1:0" : `unix:${join(folder, "coordinator.sock")}`;
  const place = socketOptions(listen);
  if (!("path" in place)) return listen;
  // Told as a whole: whoever connects may be in another folder.
  const path = resolve(cwd, place.path);
  await clearStaleSocket(path);
  return `unix:${path}`;
}

function describeReady({ address, tokenFile, token }: Ready): string {
  const lines = [
    `spangate: ready at ${address}`,
    `Its token is in ${tokenFile}, which only you can read${token === undefined ? "" : `: ${token}`}`,
    "",
    "Services and other commands of spangate find it by two variables:",
    `  export SPANGATE_ADDRESS=${shellWord(address)}`,
    `  export SPANGATE_TOKEN="$(cat ${shellWord(tokenFile)})"`,
    "A service:  spangate exec --service NAME -- node server.js",
    "A test:     const { SPANGATE_ADDRESS: address, SPANGATE_TOKEN: token } = process.env;",
    "            const gateway = await openGateway({ connect: { address, token } });",
    "Ctrl-C ends it, and lets everything go on.",
  ];
  return `${lines.join("\n")}\n`;
}
