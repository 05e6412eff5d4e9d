// spangate serve: the coordinator as a process.
import { rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { Option } from "commander";
import { makeOwnFolder } from "../../own-folder.js";
import type { Command } from "../command.js";
import { exitCodes } from "../exit-codes.js";
import { jsonLine, jsonOption } from "../output.js";
import { addressOf, checkListen, type ListeningOptions, listeningOptions, serverTlsOf } from "../serve/listening.js";
import { describeReady, type Ready } from "../serve/ready.js";
import { takeToken } from "../serve/token.js";
import { checkUi, openUi, type UiFlags, uiAddress, uiOptions } from "../serve/ui.js";
import { whenAskedToEnd } from "../surroundings.js";

interface ServeOptions extends ListeningOptions, UiFlags {
  readonly tokenFile?: string;
  readonly printToken?: boolean;
  readonly json?: boolean;
}

export const serve: Command<ServeOptions> = {
  name: "serve",
  summary: "run a coordinator until SIGTERM or Ctrl-C",
  description:
    "Tests reach it with openGateway({ connect: { address, token } }), services with spangate exec. It writes one ready message when it can be reached. At its end everything that it held goes on, and its socket and token are removed.",
  options: [
    ...listeningOptions,
    new Option(
      "--token-file <file>",
      "the token that calls must carry; written for you, with mode 0600, where there is no such file (default: in a private folder)",
    ),
    new Option("--print-token", "tell the token itself too, not only its file"),
    ...uiOptions,
    jsonOption("the ready message as one JSON object"),
  ],
  examples: [
    ["serve", "A coordinator on a Unix socket"],
    ["serve --listen 127.0.0.1:7717 --token-file ~/.spangate-token", "At an address and with a token of your own"],
    ["serve --listen 0.0.0.0:7717 --tls-cert cert.pem --tls-key key.pem", "For services on other machines"],
    ["serve --ui --step", "With a page in which the steps of tests are taken by hand"],
    ["serve --json", "For a script that waits for the first line"],
  ],
  exitCodes: [
    ["0", "ended by SIGTERM, SIGINT or SIGHUP"],
    ["2", "the command line makes no sense"],
    ["3", "the address cannot be listened on"],
  ],
  async action({ tokenFile, printToken = false, json = false, ...options }, _, around) {
    // Loaded only here: no other command needs the server.
    const { serveCoordinator } = await import("../../coordinator/server.js");
    const ended = whenAskedToEnd(around);
    checkListen(options);
    checkUi(options);
    const { listen, insecure } = options;
    const tls = serverTlsOf(options, around.cwd);
    const folder = await makeOwnFolder();
    const file = tokenFile === undefined ? join(folder, "token") : resolve(around.cwd, tokenFile);
    try {
      const { token, isNew } = await takeToken(file);
      try {
        const address = await addressOf(listen, folder, around.cwd);
        const server = await serveCoordinator({ listen: address, token, tls, insecure });
        try {
          const page = await openUi(options, server, token, around.stderr);
          const told = printToken ? { token } : {};
          const ready: Ready = {
            address: server.address,
            ...(tls && { tls: tls.clientCa === undefined ? "tls" : "mutual" }),
            ...{ tokenFile: file, ...told },
            ...(page && { ui: uiAddress(page, told.token) }),
            pid: process.pid,
          };
          around.stdout.write(json ? jsonLine(ready) : describeReady(ready, listen));
          await ended;
          await page?.close();
        } finally {
          await server.close();
        }
      } finally {
        if (isNew) await rm(file, { force: true });
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
    return exitCodes.done;
  },
};
