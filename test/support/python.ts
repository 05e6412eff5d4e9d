// Python with gRPC, as Debian packages it, and stubs of the package's own proto files, made as docs/other-languages.md says.
import { execFile, execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { skipFor } from "./servers.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

// The one in PATH may be a newcomer's, without the packages; Debian's own is asked too.
const python = ["python3", "/usr/bin/python3"].find(hasGrpc);

/** Why Python cannot be used; `undefined` where it can. */
export function whyNoPython(): string | undefined {
  if (python) return undefined;
  return skipFor("no python3 has grpc and grpc_tools: they are in Debian's python3-grpcio and python3-grpc-tools");
}

/** @returns a folder with the stubs in `stubs`; it is the caller's to remove */
export async function makeStubs(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "spangate-python-"));
  await symlink(join(root, "proto"), join(folder, "proto"));
  await mkdir(join(folder, "bin"));
  await symlink(pathOf(python ?? ""), join(folder, "bin", "python3"));
  const docs = await readFile(join(root, "docs/other-languages.md"), "utf8");
  const [, commands = ""] = /```sh\n(mkdir stubs\n.*?)PYTHONPATH/s.exec(docs) ?? [];
  const env = { ...process.env, PATH: `${join(folder, "bin")}${delimiter}${process.env["PATH"]}` };
  await promisify(execFile)("sh", ["-ec", commands], { cwd: folder, env });
  return folder;
}

/** The command that runs Python. */
export function pythonCommand(...args: readonly string[]): readonly string[] {
  return [python ?? "", ...args];
}

function hasGrpc(command: string): boolean {
  try {
    execFileSync(command, ["-c", "import grpc, grpc_tools.protoc"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

// What is called python3 may be a script that looks for one.
function pathOf(command: string): string {
  return execFileSync(command, ["-c", "import sys; print(sys.executable)"], { encoding: "utf8" }).trim();
}
