// Certificates for other names than this machine's, made by the very lines of docs/many-machines.md.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const page = fileURLToPath(new URL("../../docs/many-machines.md", import.meta.url));

export interface Certificates {
  readonly ca: string;
  readonly server: { readonly cert: string; readonly key: string };
  readonly agent: { readonly cert: string; readonly key: string };
}

/** @param names of the coordinator, such as `IP:10.77.0.1` */
export function makeCertificates(folder: string, names: string): Certificates {
  const [, block = ""] = /## Certificates\n.*?```sh\n(.*?)```/s.exec(readFileSync(page, "utf8")) ?? [];
  const lines = block.replace(/^names=.*$/m, `names=${names}`);
  execFileSync("sh", ["-euc", lines], { cwd: folder, stdio: "pipe" });
  const file = (name: string) => join(folder, `${name}.pem`);
  const pair = (name: string) => ({ cert: file(name), key: file(`${name}-key`) });
  return { ca: file("ca"), server: pair("server"), agent: pair("agent") };
}
