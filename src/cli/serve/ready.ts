// What serve tells when it can be reached.
import { isOfThisMachine } from "../../wire/address.js";
import { shellWord } from "../output.js";

/** Also as JSON tells it. */
export interface Ready {
  /** Where this machine reaches it. */
  readonly address: string;
  /** Where it speaks TLS: whether its clients need certificates too. */
  readonly tls?: "tls" | "mutual";
  readonly tokenFile: string;
  /** Only where it was asked for. */
  readonly token?: string;
  /** The page's address, where there is one; with the token behind # where that was asked for. */
  readonly ui?: string;
  readonly pid: number;
}

/** @param listen as --listen says it */
export function describeReady({ address, tls, tokenFile, token, ui }: Ready, listen: string | undefined): string {
  const isNear = listen === undefined || isOfThisMachine(listen);
  const lines = [
    `spangate: ready at ${address}${tls === undefined ? "" : tls === "mutual" ? ", by mutual TLS" : ", by TLS"}`,
    `Its token is in ${tokenFile}, which only you can read${token === undefined ? "" : `: ${token}`}`,
    "",
    `Services and other commands of spangate find it by ${tls ? "these" : "two"} variables:`,
    `  export SPANGATE_ADDRESS=${shellWord(address)}`,
    `  export SPANGATE_TOKEN="$(cat ${shellWord(tokenFile)})"`,
    ...(tls ? ["  export SPANGATE_TLS_CA=FILE    # who has signed its certificate"] : []),
    ...(tls === "mutual" ? ["  export SPANGATE_TLS_CERT=FILE SPANGATE_TLS_KEY=FILE    # their own"] : []),
    "A service:  spangate exec --service NAME -- node server.js",
    ...(tls
      ? [
          `A test:     openGateway({ connect: { address, token, tls: { ${tls === "mutual" ? "ca, cert, key" : "ca"} } } })`,
        ]
      : [
          'A test:     const { SPANGATE_ADDRESS: address = "" } = process.env;',
          '            const { SPANGATE_TOKEN: token = "" } = process.env;',
          "            const gateway = await openGateway({ connect: { address, token } });",
        ]),
    ...(ui === undefined ? [] : [`The page:   ${ui}${token === undefined ? "  (asks for the token)" : ""}`]),
    ...(isNear ? [] : elsewhere(address, tls !== undefined, tokenFile)),
    "Ctrl-C ends it, and lets everything go on.",
  ];
  return `${lines.join("\n")}\n`;
}

function elsewhere(address: string, isSecure: boolean, tokenFile: string): readonly string[] {
  const port = address.slice(address.lastIndexOf(":") + 1);
  return [
    "",
    `On other machines its address is HOST:${port}${isSecure ? "" : ", which needs SPANGATE_INSECURE=1"}. Services there get a token`,
    "that controls nothing, by spangate exec --agent-token-file FILE. It is told by",
    `  spangate token --token-file ${shellWord(tokenFile)}`,
  ];
}
