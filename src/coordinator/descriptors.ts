import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { loadSync, type PackageDefinition } from "@grpc/proto-loader";

/** The wire contract as reflection needs it, read from the package's proto files. */
export function loadDescriptors(): PackageDefinition {
  // By the package's own name, so that it is found from the sources and from the build alike.
  const root = dirname(createRequire(import.meta.url).resolve("spangate/package.json"));
  const files = ["agent_service.proto", "runner.proto"].map((name) => join("spangate", "v1", name));
  return loadSync(files, { includeDirs: [join(root, "proto")] });
}
