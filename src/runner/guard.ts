// Ends this process's children when it dies without a chance to do it: by SIGKILL, or in a crash.
//
// A shell reads a pipe whose other end nobody but this process holds. Each line names the process groups that run
// now; when the pipe ends, the shell ends the groups of the last line. It needs no agent in the children, so
// it works for any command. Windows has neither groups nor this shell: there a child's agent alone ends it.
import { type ChildProcess, spawn } from "node:child_process";
import type { Socket } from "node:net";

const script =
  'while read -r line; do groups=$line; done; for group in $groups; do kill -s KILL -- "-$group" 2>/dev/null; done';

let shell: ChildProcess | undefined;

/** Must be called before the first child is started, so that no child inherits a pipe that is half made. */
export function startGuard(): void {
  if (shell || process.platform === "win32") return;
  // A session of its own: a Ctrl-C at the terminal is not meant for it.
  shell = spawn("/bin/sh", ["-c", script], { detached: true, stdio: ["pipe", "ignore", "ignore"], cwd: "/", env: {} });
  // Without a shell there is no guard; the agents still end their own processes.
  shell.on("error", () => {});
  shell.stdin?.on("error", () => {});
  shell.unref();
  (shell.stdin as Socket | null)?.unref();
}

/** Tells which process groups are to be ended with this process, in place of those told before. */
export function guardGroups(groups: readonly number[]): void {
  shell?.stdin?.write(`${groups.join(" ")}\n`);
}
