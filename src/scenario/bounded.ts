// Reads a file of somebody who may have named anything: a pipe that nobody writes to, a device without an end.
import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { UsageError } from "../core/errors.js";

/** Scenarios are written by hand, and what is read is checked as a whole. */
const mostBytes = 1_048_576;

/**
 * @param file as it is told
 * @throws {UsageError} BadScenario
 */
export async function readBounded(file: string, path: string): Promise<string> {
  const refuse = (why: string, cause?: unknown) =>
    new UsageError("BadScenario", `${file}: ${why}.`, cause === undefined ? {} : { cause });
  try {
    // Without O_NONBLOCK a pipe is opened only when somebody writes to it; Windows has none.
    await using handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const found = await handle.stat();
    if (found.isDirectory()) throw refuse("it is a folder");
    if (!found.isFile()) throw refuse("it is no regular file. Write the scenario into a file, and name that");
    const text = await readStart(handle);
    if (text === undefined)
      throw refuse("it has more than 1 MiB, the most that a scenario may have. Split it into several files");
    return text;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    throw refuse(code === "ENOENT" ? "there is no such file" : message, error);
  }
}

/** @returns undefined for more than may be there, whatever size the system tells: /proc says 0 of everything */
async function readStart(handle: FileHandle): Promise<string | undefined> {
  const buffer = Buffer.alloc(mostBytes + 1);
  let length = 0;
  while (length < buffer.length) {
    const { bytesRead } = await handle.read(buffer, length, buffer.length - length, null);
    if (bytesRead === 0) return buffer.toString("utf8", 0, length);
    length += bytesRead;
  }
  return undefined;
}
