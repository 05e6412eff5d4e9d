// Two hosts on one machine: network namespaces, with a switch between them that can be taken down. What is sent over it then
// is lost without a word, as between machines whose cable is cut: no end of a connection, no error.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inject } from "vitest";
import { isAlive } from "./pids.ts";
import { Script } from "./scripts.ts";
import { skipFor } from "./servers.ts";

const prefix = "spangate-test";

/** Why there can be none here; `undefined` when there can. @throws {Error} instead, as `skipFor` does */
export function whyNoHosts(): string | undefined {
  if (process.platform !== "linux") return skipFor("network namespaces are Linux's");
  const probe = `${prefix}-${process.pid}-probe`;
  const { status, error, stderr } = spawnSync("ip", ["netns", "add", probe], { encoding: "utf8" });
  if (status !== 0)
    return skipFor(`no network namespaces (${error?.message ?? stderr.trim()}): they need root and iproute2`);
  const bridge = spawnSync("ip", ["-n", probe, "link", "add", "probe", "type", "bridge"], { encoding: "utf8" });
  ip("netns", "del", probe);
  return bridge.status === 0 ? undefined : skipFor(`no network bridges (${bridge.stderr.trim()})`);
}

export class Host {
  readonly address: string;
  readonly #namespace: string;

  constructor(namespace: string, address: string) {
    this.#namespace = namespace;
    this.address = address;
  }

  /** A command as it is run on this host. */
  command(...words: readonly string[]): readonly string[] {
    return ["ip", "netns", "exec", this.#namespace, ...words];
  }

  run(words: readonly string[], env: Readonly<Record<string, string | undefined>> = {}, input?: "lines"): Script {
    return new Script(this.command(...words), env, undefined, input);
  }

  /** True while something that this host has sent to another is not acknowledged, and has been sent again. */
  get isRepeating(): boolean {
    const [file = "", ...args] = this.command("ss", "-Htnio", "state", "all");
    const told = execFileSync(file, args, { encoding: "utf8" });
    return /timer:\(on,[^)]*,[1-9]\d*\)/.test(told);
  }
}

export class TwoHosts {
  readonly here: Host;
  readonly there: Host;
  /** Reaches the database from both: Unix sockets know no hosts. */
  readonly databaseFolder: string;
  readonly #namespaces: Readonly<Record<"here" | "there" | "wire", string>>;
  readonly #relay: ReturnType<typeof createServer>;

  constructor() {
    removeStale();
    const name = (of: string) => `${prefix}-${process.pid}-${of}`;
    this.#namespaces = { here: name("here"), there: name("there"), wire: name("wire") };
    for (const it of Object.values(this.#namespaces)) ip("netns", "add", it);
    ip("-n", this.#namespaces.wire, "link", "add", "switch", "type", "bridge");
    this.here = this.#plugIn("here", 1);
    this.there = this.#plugIn("there", 2);
    this.mend();
    this.databaseFolder = mkdtempSync(join(tmpdir(), "spangate-hosts-"));
    const { hostname, port } = new URL(inject("databaseUrl"));
    this.#relay = createServer((near) => {
      const far = connect(Number(port), hostname);
      for (const [from, to] of [
        [near, far],
        [far, near],
      ] as const)
        from.on("error", () => to.destroy()).pipe(to);
    }).listen(join(this.databaseFolder, ".s.PGSQL.5432"));
  }

  /** From now on everything between them is lost. */
  cut(): void {
    ip("-n", this.#namespaces.wire, "link", "set", "switch", "down");
  }

  mend(): void {
    ip("-n", this.#namespaces.wire, "link", "set", "switch", "up");
  }

  [Symbol.dispose](): void {
    this.#relay.close();
    rmSync(this.databaseFolder, { recursive: true, force: true });
    for (const it of Object.values(this.#namespaces)) remove(it);
  }

  /** They know each other's hardware addresses, as a host knows its router's: else the system would tell that one is gone. */
  #plugIn(host: "here" | "there", number: 1 | 2): Host {
    const namespace = this.#namespaces[host];
    const inside = ["-n", namespace];
    ip(
      ...inside,
      "link",
      "add",
      "eth0",
      "address",
      `02:00:00:00:00:0${number}`,
      "type",
      "veth",
      "peer",
      "name",
      host,
      "netns",
      this.#namespaces.wire,
    );
    ip("-n", this.#namespaces.wire, "link", "set", host, "master", "switch", "up");
    ip(...inside, "address", "add", `10.77.0.${number}/24`, "dev", "eth0");
    for (const device of ["lo", "eth0"]) ip(...inside, "link", "set", device, "up");
    const other = 3 - number;
    ip(
      ...inside,
      "neigh",
      "add",
      `10.77.0.${other}`,
      "lladdr",
      `02:00:00:00:00:0${other}`,
      "nud",
      "permanent",
      "dev",
      "eth0",
    );
    return new Host(namespace, `10.77.0.${number}`);
  }
}

/** What a run that was killed has left. */
function removeStale(): void {
  for (const line of ip("netns", "list").split("\n")) {
    const [name = ""] = line.split(" ");
    const [, pid] = new RegExp(`^${prefix}-(\\d+)-`).exec(name) ?? [];
    if (pid !== undefined && !isAlive(Number(pid))) remove(name);
  }
}

/** Ends what still runs in it, too: a service that goes on without its coordinator. */
function remove(namespace: string): void {
  for (const pid of ip("netns", "pids", namespace).split("\n").filter(Boolean)) {
    try {
      process.kill(Number(pid), "SIGKILL");
    } catch {
      // It has ended meanwhile.
    }
  }
  ip("netns", "del", namespace);
}

function ip(...args: readonly string[]): string {
  return execFileSync("ip", args, { encoding: "utf8" });
}
