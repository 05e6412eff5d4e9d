// A coordinator that was killed leaves its socket file behind, on which nobody can listen anew.
import { lstat, unlink } from "node:fs/promises";
import { connect } from "node:net";
import { EnvironmentError, UsageError } from "../../core/errors.js";

/**
 * Takes the file away where nobody listens on it any more.
 * @throws {EnvironmentError} CoordinatorUnreachable, when somebody does
 * @throws {UsageError} BadOption, for a file that is no socket
 */
export async function clearStaleSocket(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  if (!found) return;
  if (!found.isSocket()) throw new UsageError("BadOption", `${path} is no socket. Give --listen another path.`);
  if (await isAlive(path)) {
    throw new EnvironmentError(
      "CoordinatorUnreachable",
      `Somebody listens on ${path} already. Use that coordinator, end it, or give --listen another path.`,
    );
  }
  await unlink(path);
}

function isAlive(path: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const connection = connect(path);
  connection.on("connect", () => {
    resolve(true);
    connection.destroy();
  });
  // Any other error, such as a full queue of connections, is a listener's.
  connection.on("error", ({ code }: NodeJS.ErrnoException) => resolve(code !== "ECONNREFUSED" && code !== "ENOENT"));
  return promise;
}
