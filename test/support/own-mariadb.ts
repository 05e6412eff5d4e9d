// A MariaDB of a test's own, started from the installed binaries with the options that the test needs.
import { execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { skipFor } from "./servers.ts";

/** A test that fails may leave a lock behind, for which nobody should wait a day. */
const lockLimitSeconds = 20;

const [daemon, installer] = [find("mariadbd"), find("mariadb-install-db")];

/** Why none can be started, which is printed as well; `undefined` where one can. @throws as `whyNot` does */
export function whyNoOwnMariadb(): string | undefined {
  if (daemon && installer) return undefined;
  return skipFor("mariadbd and mariadb-install-db are not installed: they are in Debian's mariadb-server");
}

export interface OwnMariadb {
  /** Connects as root, to no database. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts a server that listens on a socket alone. */
export async function startMariadb(...options: readonly string[]): Promise<OwnMariadb> {
  const folder = await mkdtemp(join(tmpdir(), "spangate-mariadb-"));
  const [data, socket] = [join(folder, "data"), join(folder, "socket")];
  const common = ["--no-defaults", `--datadir=${data}`, `--user=${userInfo().username}`];
  const install = [...common, "--auth-root-authentication-method=normal", "--skip-test-db"];
  await promisify(execFile)(installer ?? "", install);
  const own = [`--socket=${socket}`, "--skip-networking", "--innodb-buffer-pool-size=16M"];
  const flags = [...common, ...own, `--lock-wait-timeout=${lockLimitSeconds}`, ...options];
  const server = spawn(daemon ?? "", flags, { stdio: ["ignore", "ignore", "pipe"] });
  const ended = new Promise<void>((resolve) => server.once("close", () => resolve()));
  // Nobody needs its data: it need not wait for what its sessions do.
  const kill = () => server.kill("SIGKILL");
  process.once("exit", kill);
  const { promise: isReady, resolve, reject } = Promise.withResolvers<void>();
  const told: string[] = [];
  createInterface(server.stderr).on("line", (line) => {
    told.push(line);
    if (line.includes("ready for connections")) resolve();
  });
  server.once("error", reject);
  void ended.then(() => reject(new Error(`mariadbd ended:\n${told.join("\n")}`)));
  await isReady;
  return {
    url: `mysql://root@localhost/?socketPath=${encodeURIComponent(socket)}`,
    async stop() {
      kill();
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function find(binary: string): string | undefined {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin"];
  return folders.map((folder) => join(folder, binary)).find((path) => existsSync(path));
}
