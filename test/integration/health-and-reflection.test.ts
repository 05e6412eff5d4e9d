// What any gRPC tool asks a server for: its health, and its contract.
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { credentials, loadPackageDefinition, type ServiceClientConstructor } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type CoordinatorServer, serveCoordinator } from "../../src/coordinator/server.ts";

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

it("tells its services by reflection", async () => {
  const Reflection = serviceOf(
    join(dirname(require.resolve("@grpc/reflection/package.json")), "build/proto/grpc/reflection/v1/reflection.proto"),
    ["grpc", "reflection", "v1", "ServerReflection"],
  );
  const client = new Reflection(server.address, credentials.createInsecure());
  const stream = client["serverReflectionInfo"]?.();
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  stream.on("data", resolve);
  stream.on("error", reject);
  stream.write({ list_services: "" });
  const answer = (await promise) as { list_services_response: { service: { name: string }[] } };
  stream.end();
  client.close();
  const names = answer.list_services_response.service.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(["spangate.v1.AgentService", "spangate.v1.RunnerService"]));
});

function serviceOf(file: string, path: readonly string[]): ServiceClientConstructor {
  const definition = loadSync(file, { keepCase: true, enums: String, defaults: true });
  const found = path.reduce<unknown>(
    (parent, name) => (parent as Record<string, unknown>)[name],
    loadPackageDefinition(definition),
  );
  return found as ServiceClientConstructor;
}
