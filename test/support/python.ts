// Python with gRPC, as Debian packages it, and stubs that are made of the package's own proto files.
import { execFile, execFileSync } from "node:child_process";
import { mkdtemp, readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { skipFor } from "./servers.ts";

const proto = fileURLToPath(new URL("../../proto", import.meta.url));

// The one in PATH may be a newcomer's, without the packages; Debian's own is asked too.
const python = ["python3", "/usr/bin/python3"].find(hasGrpc);

/** Why Python cannot be used; `undefined` where it can. */
export function whyNoPython(): string | undefined {
  if (python) return undefined;
  return skipFor("no python3 has grpc and grpc_tools: they are in Debian's python3-grpcio and python3-grpc-tools");
}

/** Makes the stubs. @returns the folder that Python finds them in; it is the caller's to remove */
export async function makeStubs(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "spangate-stubs-"));
  const files = (await readdir(join(proto, "spangate/v1"))).map((name) => join("spangate/v1", name));
  const out = [`--python_out=${folder}`, `--grpc_python_out=${folder}`];
  await promisify(execFile)(python ?? "", ["-m", "grpc_tools.protoc", "-I", proto, ...out, ...files], { cwd: proto });
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
