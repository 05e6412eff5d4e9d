// Reads what a user has named, who may have named anything: a folder, a device without an end, a pipe that nobody writes
// to. Nothing of it is waited for in a way that a signal could not end.
import { close, constants, fstat, open, read, type Stats } from "node:fs";
import { Socket } from "node:net";
import { promisify } from "node:util";

/**
 * A regular file; or a pipe, as shells make one of `<(command)`.
 * @returns its text without a byte order mark
 * @param mostKiB how much may be in it
 * @param check throws where what was found must not be read
 * @throws {Error} in words that follow the file's name: "there is no such file"
 */
export async function readGiven(path: string, mostKiB: number, check = (_: Stats): void => {}): Promise<string> {
  const fd = await openNow(path);
  try {
    const found = await promisify(fstat)(fd);
    if (found.isDirectory()) throw new Error("it is a folder");
    if (!found.isFile() && !found.isFIFO()) throw new Error("it is no regular file");
    check(found);
    return decode(await firstBytes(chunksOf(path, fd), mostKiB));
  } finally {
    await promisify(close)(fd);
  }
}

async function openNow(path: string): Promise<number> {
  try {
    // Without O_NONBLOCK a pipe is opened only when somebody writes to it; Windows has none.
    return await promisify(open)(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new Error(code === "ENOENT" ? "there is no such file" : message, { cause: error });
  }
}

async function* chunksOf(path: string, fd: number): AsyncIterable<Buffer> {
  for (;;) {
    const chunk = await readNow(fd);
    // Closes what it reads from.
    if (!chunk) return yield* new Socket({ fd: await openNow(path), writable: false });
    if (chunk.length === 0) return;
    yield chunk;
  }
}

/** @returns undefined where somebody has a pipe open who has not written yet */
async function readNow(fd: number): Promise<Buffer | undefined> {
  try {
    const { buffer, bytesRead } = await promisify(read)(fd, Buffer.alloc(65_536), 0, 65_536, null);
    return buffer.subarray(0, bytesRead);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EAGAIN") return undefined;
    throw error;
  }
}

/** Whatever size the system tells: /proc says 0 of everything. */
async function firstBytes(chunks: AsyncIterable<Buffer>, mostKiB: number): Promise<Buffer> {
  const taken: Buffer[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    taken.push(chunk);
    length += chunk.length;
    if (length > mostKiB * 1_024) throw new Error(`it has more than ${mostKiB} KiB, the most that is read`);
  }
  return Buffer.concat(taken);
}

function decode(bytes: Buffer): string {
  if (isUtf16(bytes)) throw new Error("it is UTF-16: save it as UTF-8");
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw new Error("it is no UTF-8 text: save it as UTF-8", { cause: error });
  }
}

// By its byte order mark; or else every second byte of what Latin letters begin is zero, and no other one.
function isUtf16(bytes: Buffer): boolean {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return true;
  const start = [...bytes.subarray(0, 16)];
  return start.length > 1 && [0, 1].some((odd) => start.every((byte, at) => (byte === 0) === (at % 2 === odd)));
}
