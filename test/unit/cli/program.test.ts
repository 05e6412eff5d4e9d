import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { commands } from "../../../src/cli/commands/index.ts";
import { run } from "../../../src/cli/program.ts";
import { painter, table, wrap } from "../../../src/cli/text.ts";
import { FakeSurroundings } from "../../support/surroundings.ts";

async function call(...args: readonly string[]) {
  const around = new FakeSurroundings();
  const exitCode = await run(args, around);
  return { exitCode, stdout: around.stdout.text, stderr: around.stderr.text };
}

describe("help", () => {
  it.each(commands.map(({ name }) => name))("of %s has examples that exist, and fits in 80 columns", async (name) => {
    const { exitCode, stdout, stderr } = await call(name, "--help");
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toContain(`$ spangate ${name}`);
    expect(stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
  });

  it("lists all commands", async () => {
    const { exitCode, stdout } = await call("--help");
    expect(exitCode).toBe(0);
    for (const { name, summary } of commands) expect(stdout).toMatch(new RegExp(`${name} .*${summary.slice(0, 20)}`));
  });
});

it.each([
  ["no command", [], "Usage: spangate"],
  ["an unknown command", ["serv"], "Did you mean serve?"],
  ["an unknown option", ["holds", "--jsn"], "Did you mean --json?"],
  ["another argument", ["holds", "x"], "too many arguments"],
  ["a missing argument", ["exec"], "missing required argument"],
  ["another mode", ["exec", "--hold", "all", "x"], "Allowed choices are flow, thread"],
])("ends with 2 and a hint for %s", async (_, args, hint) => {
  const { exitCode, stdout, stderr } = await call(...args);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
  expect(stderr).toContain(hint);
});

it("gives every command --json that has something to tell, and a name of its own", () => {
  const told = commands.filter(({ name }) => !["exec", "token", "completion"].includes(name));
  for (const { options } of told) expect(options.map(({ long }) => long)).toContain("--json");
  expect(new Set(commands.map(({ name }) => name)).size).toBe(commands.length);
});

describe("completion", () => {
  const complete = async (...words: readonly string[]) => {
    const { stdout } = await call("completion", "bash");
    const ask = `COMP_WORDS=(${words.map((word) => `'${word}'`).join(" ")}); COMP_CWORD=${words.length - 1}`;
    const told = execFileSync("bash", ["-c", `${stdout}\n${ask}; _spangate; echo "\${COMPREPLY[@]}"`], {
      encoding: "utf8",
    });
    return told.trim().split(" ");
  };

  it.skipIf(process.platform === "win32")("knows commands, options and choices in bash", async () => {
    expect(await complete("spangate", "")).toEqual(expect.arrayContaining(commands.map(({ name }) => name)));
    expect(await complete("spangate", "se")).toEqual(["serve"]);
    expect(await complete("spangate", "serve", "--to")).toEqual(["--token-file"]);
    expect(await complete("spangate", "exec", "--hold", "")).toEqual(["flow", "thread"]);
    expect(await complete("spangate", "help", "do")).toEqual(["doctor"]);
    // Another command's.
    expect(await complete("spangate", "exec", "--", "node", "--ho")).toEqual([""]);
  });

  it.each(["zsh", "fish"])("names all commands and options in %s", async (shell) => {
    const { stdout } = await call("completion", shell);
    for (const { name, options } of commands) {
      expect(stdout).toContain(name);
      for (const { long = "" } of options) expect(stdout).toContain(shell === "fish" ? `-l ${long.slice(2)} ` : long);
    }
  });
});

describe("text", () => {
  it("is coloured on a terminal, unless NO_COLOR is set", () => {
    const terminal = new FakeSurroundings({ isTTY: true }).stdout;
    expect(painter(terminal, {})("red", "text")).toBe("\u001b[31mtext\u001b[39m");
    expect(painter(terminal, { NO_COLOR: "1" })("red", "text")).toBe("text");
    expect(painter(new FakeSurroundings().stdout, {})("red", "text")).toBe("text");
  });

  it("keeps a terminal's width, and all of it where nobody looks", () => {
    const rows = [
      ["A", "PLACE", "B"],
      ["a", "after a name that is longer than the terminal", "b"],
    ];
    const terminal = new FakeSurroundings({ isTTY: true, columns: 30 }).stdout;
    expect(table(rows, terminal, 1)).toBe("A  PLACE                     B\na  after a name that is lo…  b\n");
    expect(table(rows, new FakeSurroundings().stdout, 1)).toContain("longer than the terminal  b\n");
  });

  it("breaks lines at spaces", () => {
    expect(wrap("one two three-and-more four", 7)).toEqual(["one two", "three-and-more", "four"]);
  });
});
