// What a user may have named: none of it is waited for longer than somebody writes it.
import { execFileSync } from "node:child_process";
import { constants } from "node:fs";
import { open, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { readGiven } from "../../src/given-file.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

async function pipe(): Promise<string> {
  const path = join(await temporaryFolder(), "pipe");
  execFileSync("/bin/sh", ["-c", 'mkfifo "$1"', "sh", path]);
  return path;
}

it("reads a file whole, up to the most that may be in it", async () => {
  const path = join(await temporaryFolder(), "a file");
  const most = "ä".repeat(100 * 512);
  await writeFile(path, most);
  expect(await readGiven(path, 100)).toBe(most);
  await writeFile(path, `${most}.`);
  await expect(readGiven(path, 100)).rejects.toThrow(/^it has more than 100 KiB, the most that is read$/);
});

it("refuses what is not there, a folder, and what its caller does not want", async () => {
  const path = await temporaryFolder();
  await expect(readGiven(join(path, "none"), 1)).rejects.toThrow(/^there is no such file$/);
  await expect(readGiven(path, 1)).rejects.toThrow(/^it is a folder$/);
  await writeFile(join(path, "file"), "text");
  const check = () => {
    throw new Error("it is not wanted");
  };
  await expect(readGiven(join(path, "file"), 1, check)).rejects.toThrow(/^it is not wanted$/);
});

it.each([
  ["UTF-16 with its mark", Buffer.from("\ufeffname: a", "utf16le"), /^it is UTF-16: save it as UTF-8$/],
  ["the other UTF-16", Buffer.from("\ufeffname: a", "utf16le").swap16(), /^it is UTF-16: save it as UTF-8$/],
  ["UTF-16 without a mark", Buffer.from("name: a", "utf16le"), /^it is UTF-16: save it as UTF-8$/],
  ["Latin-1", Buffer.from("name: bär", "latin1"), /^it is no UTF-8 text: save it as UTF-8$/],
])("refuses %s", async (_, bytes, told) => {
  const path = join(await temporaryFolder(), "file");
  await writeFile(path, bytes);
  await expect(readGiven(path, 1)).rejects.toThrow(told);
});

it("leaves a byte order mark away, and no other character", async () => {
  const path = join(await temporaryFolder(), "file");
  await writeFile(path, "\ufeffa\0b\ufeff");
  expect(await readGiven(path, 1)).toBe("a\0b\ufeff");
});

describe.skipIf(process.platform === "win32")("of a system that has pipes", () => {
  it("refuses a device, which may have no end", async () => {
    await expect(readGiven("/dev/zero", 1)).rejects.toThrow(/^it is no regular file$/);
  });

  it("reads nothing of a pipe that nobody writes to", async () => {
    expect(await readGiven(await pipe(), 1)).toBe("");
  });

  it("reads a pipe to its end, as of <(command)", async () => {
    const path = await pipe();
    const writer = await open(path, constants.O_RDWR | constants.O_NONBLOCK);
    const text = readGiven(path, 1);
    await writer.write("the ");
    await writer.write("token");
    // It is opened at once, and ends when nobody has it open for writing.
    await writer.close();
    expect(await text).toBe("the token");
  });

  it("reads no more of a pipe than may be in it", async () => {
    const path = await pipe();
    const writer = await open(path, constants.O_RDWR | constants.O_NONBLOCK);
    onTestFinished(() => writer.close());
    await writer.write("x".repeat(1_025));
    await expect(readGiven(path, 1)).rejects.toThrow("it has more than 1 KiB");
  });
});
