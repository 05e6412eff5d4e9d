import { fileURLToPath } from "node:url";

/** The path of a file under test/fixtures. */
export function fixture(name: string): string {
  return fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));
}

/** The command that runs a fixture in Node. */
export function node(name: string, ...args: readonly string[]): readonly string[] {
  return [process.execPath, fixture(name), ...args];
}

/** The same through a shell that goes on when its child has ended and its own output is closed, as a long script may. */
export function shell(name: string): readonly string[] {
  return ["sh", "-c", 'trap "" PIPE; export SHELL_PID=$$; "$0" "$1"; sleep 60', process.execPath, fixture(name)];
}

/** The same command, whose process tells that it has begun before its agent attaches: its preload comes first. */
export function tellingAttach(command: readonly string[]): readonly string[] {
  const preload = `--require ${JSON.stringify(fixture("tell-attaching.cjs"))}`;
  return ["sh", "-c", `NODE_OPTIONS='${preload} '"$NODE_OPTIONS" exec "$0" "$@"`, ...command];
}
