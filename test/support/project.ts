// A project of somebody who has installed spangate: the package as it is published, in node_modules of its own.
import { execFile } from "node:child_process";
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

export interface Ended {
  readonly exitCode: number;
  readonly output: string;
}

export class Project {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** In the repository, so that all other packages are found there. */
  static async create(): Promise<Project> {
    const folder = await mkdtemp(join(root, "test", ".project-"));
    const installed = join(folder, "node_modules", "spangate");
    for (const part of ["dist", "package.json"]) await cp(join(root, part), join(installed, part), { recursive: true });
    // With a name: a package without one passes for a part of the one around it.
    await writeFile(join(folder, "package.json"), JSON.stringify({ name: "project", private: true, type: "module" }));
    return new Project(folder);
  }

  async write(name: string, text: string): Promise<void> {
    await writeFile(join(this.folder, name), text);
  }

  async copy(from: string): Promise<void> {
    await cp(from, this.folder, { recursive: true });
  }

  async vitest(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Ended> {
    return await this.node([join(root, "node_modules/vitest/vitest.mjs"), "run", "--no-color", ...args], env);
  }

  async node(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Ended> {
    const { promise, resolve } = Promise.withResolvers<Ended>();
    // What this run of Vitest has put there is not for the one inside.
    const { VITEST: _, NODE_OPTIONS: __, ...outer } = process.env;
    execFile(
      process.execPath,
      args,
      { cwd: this.folder, env: { ...outer, ...env }, timeout: 120_000 },
      (error, stdout, stderr) => {
        const exitCode = error ? Number(error.code ?? -1) : 0;
        resolve({ exitCode, output: `${stdout}\n${stderr}` });
      },
    );
    return await promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}
