// Prisma's client for the account, generated in a folder of its own inside the project, where it finds its runtime.
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { openPostgres, type Store } from "./stores.ts";

const schema = `
generator client {
  provider = "prisma-client-js"
  output   = "./client"
}
datasource db {
  provider = "postgresql"
}
model Account {
  id      Int  @id
  balance Int?
  @@map("account")
}
`;

export async function openPrisma(): Promise<Store> {
  const folder = await mkdtemp(fileURLToPath(new URL("../.prisma-", import.meta.url)));
  try {
    await generate(folder);
    const store = await openPostgres();
    return {
      ...store,
      env: { PRISMA_CLIENT: `${folder}/client` },
      close: () => Promise.all([store.close(), rm(folder, { recursive: true })]).then(() => undefined),
    };
  } catch (error) {
    await rm(folder, { recursive: true });
    throw error;
  }
}

async function generate(folder: string): Promise<void> {
  await writeFile(`${folder}/schema.prisma`, schema);
  const cli = createRequire(import.meta.url).resolve("prisma/build/index.js");
  // Generating needs no engine, and yet one is downloaded unless some file is said to be it.
  const env = { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, CHECKPOINT_DISABLE: "1" };
  await promisify(execFile)(process.execPath, [cli, "generate", "--schema", `${folder}/schema.prisma`], { env });
}
