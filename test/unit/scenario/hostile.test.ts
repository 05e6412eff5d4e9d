// Files that somebody has written to keep spangate busy: each is refused, and soon.
import { execFileSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { BadScenario } from "../../../src/scenario/file/mistake.ts";
import { Source } from "../../../src/scenario/file/source.ts";
import { readScenario, readText } from "../../../src/scenario/read.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const good = "starters: { a: { command: [node] } }\norder: [a.finished]\n";

function refusalOf(text: string): BadScenario | undefined {
  try {
    readText(new Source("file.yaml", text), {});
    return undefined;
  } catch (error) {
    if (error instanceof BadScenario) return error;
    throw error;
  }
}

function lines(count: number, line: (at: number) => string): string {
  return Array.from({ length: count }, (_, at) => line(at)).join("\n");
}

// In a time that grows with its square each of them would take minutes, and the test's limit ends that.
describe("a large file", () => {
  it.each([
    ["aliases", `x: &a 1\ny: [${"*a,".repeat(20_000)}]\n${good}`, "Aliases repeat more than 10,000 values."],
    ["aliases of a long text", `x: &a ${"x".repeat(300_000)}\ny: [${"*a,".repeat(9_000)}]\n${good}`, "1 MiB of text"],
    ["unknown keys", `${good}${lines(30_000, (at) => `k${at}: 1`)}\n`, 'There is no key "k0" here.'],
    ["one key", `${good}${"a: 1\n".repeat(30_000)}`, "The key a is there already."],
    ["mistakes", `${good}setup:\n${"- 1\n".repeat(200_000)}`, "found the number 1."],
    ["no YAML", "a: b: c\n".repeat(50_000), "file.yaml:1:4"],
    ["no YAML in one line", "{a: 1} x ".repeat(50_000), "file.yaml:1:1"],
    [
      "unknown names",
      `starters:\n${lines(15_000, (at) => `  s${at}: { command: [a] }`)}\norder:\n${lines(15_000, (at) => `- t${at}.finished`)}\n`,
      'There is no starter "t0".',
    ],
    [
      "references to nothing",
      `${good}setup:\n${lines(40_000, (at) => `- \${b${at}.url}`)}\n`,
      "no service or database",
    ],
  ])("of %s is refused in time", (_, text, told) => {
    const refusal = refusalOf(text);
    expect(refusal?.message).toContain(told);
    expect(refusal?.mistakes.length).toBeLessThanOrEqual(1_000);
  });
});

it("an alias means the last anchor before it, also where it is repeated", () => {
  const text = `x-: 1\n${good}`;
  expect(refusalOf(text)?.mistakes).toHaveLength(1);
  const { scenario } = readText(
    new Source(
      "file.yaml",
      "starters: { a: { command: &c [&w one, *w] }, b: { command: [&w two, *w] }, c: { command: *c } }\norder: [a.finished]\n",
    ),
    {},
  );
  expect(scenario.starters).toEqual({
    a: { command: ["one", "one"] },
    b: { command: ["two", "two"] },
    c: { command: ["one", "one"] },
  });
});

describe.skipIf(process.platform === "win32")("what is no scenario's file", () => {
  it.each([
    ["a pipe", "pipe", "it is no regular file"],
    ["a device", "/dev/zero", "it is no regular file"],
    ["a large file", "large.yaml", "it has more than 1024 KiB"],
    ["a folder", ".", "it is a folder"],
    ["nothing", "none.yaml", "there is no such file"],
  ])("such as %s is refused", async (_, file, why) => {
    const folder = await temporaryFolder();
    execFileSync("/bin/sh", ["-c", 'mkfifo "$1"', "sh", join(folder, "pipe")]);
    await writeFile(join(folder, "large.yaml"), "#".repeat(1_048_577));
    await expect(readScenario(file, folder, {})).rejects.toMatchObject({
      code: "BadScenario",
      message: expect.stringContaining(`${file}: ${why}`),
    });
  });

  it("takes a file of 1 MiB", async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, "most.yaml"), good.padEnd(1_048_576, "\n"));
    expect((await readScenario("most.yaml", folder, {})).scenario.order).toEqual(["a.finished"]);
  });
});
