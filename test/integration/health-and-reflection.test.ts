// What any gRPC tool asks a server for: its health, and its contract.
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import {
  Client,
  credentials,
  loadPackageDefinition,
  Metadata,
  type ServiceClientConstructor,
  type ServiceError,
  status,
} from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type CoordinatorServer, serveCoordinator } from "../../src/coordinator/server.ts";
import { agentToken, tokenMetadata } from "../../src/wire/token.ts";

const require = createRequire(import.meta.url);
let server: CoordinatorServer;

beforeAll(async () => {
  server = await serveCoordinator({ listen: "127.0.0.1:0", token: "secret" });
});
afterAll(() => server.close());

it.each(["", "spangate.v1.AgentService", "spangate.v1.RunnerService"])("serves the health of %j", async (service) => {
  const Health = serviceOf(
    join(dirname(require.resolve("grpc-health-check/package.json")), "proto/health/v1/health.proto"),
    ["grpc", "health", "v1", "Health"],
  );
  const client = new Health(server.address, credentials.createInsecure());
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  client["check"]?.({ service }, (error: Error | null, answer: unknown) => (error ? reject(error) : resolve(answer)));
  expect(await promise.finally(() => client.close())).toEqual({ status: "SERVING" });
});

it.each([
  ["a runner's", "secret"],
  ["an agent's", agentToken("secret")],
])("tells its services by reflection to %s token", async (_, token) => {
  const names = (await listServices(tokenMetadata(token))).list_services_response.service.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(["spangate.v1.AgentService", "spangate.v1.RunnerService"]));
});

it("tells a stranger nothing by reflection", async () => {
  await expect(listServices(new Metadata())).rejects.toMatchObject({ code: status.UNAUTHENTICATED });
});

it.each(["v1", "v1alpha"])("refuses bytes that are no question, and serves on: %s", async (version) => {
  const client = new Client(server.address, credentials.createInsecure());
  const path = `/grpc.reflection.${version}.ServerReflection/ServerReflectionInfo`;
  const bytes = (it: Buffer) => it;
  const stream = client.makeBidiStreamRequest(path, bytes, bytes, tokenMetadata(agentToken("secret")));
  const { promise, resolve } = Promise.withResolvers<ServiceError>();
  stream.on("error", resolve);
  stream.write(Buffer.from([0xff, 0xff]));
  expect(await promise.finally(() => client.close())).toMatchObject({ code: status.INVALID_ARGUMENT });
  expect(await listServices(tokenMetadata("secret"))).toHaveProperty("list_services_response");
});

it("is not started without a token", async () => {
  await expect(serveCoordinator({ listen: "127.0.0.1:0", token: "" })).rejects.toMatchObject({ code: "BadOption" });
});

interface Services {
  readonly list_services_response: { readonly service: readonly { readonly name: string }[] };
}

async function listServices(metadata: Metadata): Promise<Services> {
  const Reflection = serviceOf(
    join(dirname(require.resolve("@grpc/reflection/package.json")), "build/proto/grpc/reflection/v1/reflection.proto"),
    ["grpc", "reflection", "v1", "ServerReflection"],
  );
  const client = new Reflection(server.address, credentials.createInsecure());
  const stream = client["serverReflectionInfo"]?.(metadata);
  const { promise, resolve, reject } = Promise.withResolvers<Services>();
  stream.on("data", resolve);
  stream.on("error", reject);
  stream.write({ list_services: "" });
  return await promise.finally(() => {
    stream.end();
    client.close();
  });
}

function serviceOf(file: string, path: readonly string[]): ServiceClientConstructor {
  const definition = loadSync(file, { keepCase: true, enums: String, defaults: true });
  const found = path.reduce<unknown>(
    (parent, name) => (parent as Record<string, unknown>)[name],
    loadPackageDefinition(definition),
  );
  return found as ServiceClientConstructor;
}
