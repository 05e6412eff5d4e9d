// Spangate as npm installs it: the packed package in a folder's node_modules, and beside it what it depends on.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Node and npm's commands as this repository has them. */
export const path = `${join(root, "node_modules/.bin")}:${process.env["PATH"]}`;

export function installPacked(folder: string): void {
  const modules = join(folder, "node_modules");
  mkdirSync(join(modules, ".bin"), { recursive: true });
  for (const name of readdirSync(join(root, "node_modules")))
    if (!name.startsWith(".") && name !== "spangate")
      symlinkSync(join(root, "node_modules", name), join(modules, name));
  const packing = mkdtempSync(join(tmpdir(), "spangate-pack-"));
  const pack = ["pack", "--ignore-scripts", "--silent", "--pack-destination", packing];
  const tarball = execFileSync("npm", pack, { cwd: root, encoding: "utf8" }).trim();
  execFileSync("tar", ["-xzf", join(packing, tarball), "-C", packing]);
  mkdirSync(join(modules, "spangate"));
  execFileSync("cp", ["-r", `${packing}/package/.`, join(modules, "spangate")]);
  rmSync(packing, { recursive: true });
  symlinkSync("../spangate/dist/cli/main.js", join(modules, ".bin/spangate"));
}
