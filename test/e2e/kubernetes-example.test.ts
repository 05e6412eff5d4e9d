// examples/kubernetes without a cluster: /autoinstrumentation as its image has it, copied and loaded as the OpenTelemetry
// Operator does, and the coordinator with the arguments of its Deployment.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openGateway } from "spangate";
import { expect, it, onTestFinished } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { agentVariables } from "../support/agent-variables.ts";
import { fixture } from "../support/fixtures.ts";
import { makeCertificates } from "../support/making-certificates.ts";
import { installPacked, path } from "../support/packed.ts";
import { Script } from "../support/scripts.ts";

const example = fileURLToPath(new URL("../../examples/kubernetes", import.meta.url));
const read = (name: string) => readFileSync(join(example, name), "utf8");

interface Container {
  readonly name: string;
  readonly args?: readonly string[];
  readonly ports?: readonly { readonly name?: string; readonly containerPort: number }[];
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[];
}
interface Secret {
  readonly name: string;
  readonly key: string;
}

const [deployment, service, policy] = parseAllDocuments(read("coordinator.yaml")).map((it) => it.toJS());
const pod = deployment.spec.template;
const [container] = pod.spec.containers as Container[];
const instrumentation = parse(read("instrumentation.yaml"));
const env = instrumentation.spec.nodejs.env as { name: string; value?: string; valueFrom?: { secretKeyRef: Secret } }[];

it("names things as the others do", () => {
  const [{ port, targetPort }] = service.spec.ports;
  expect(service.spec.selector).toEqual(pod.metadata.labels);
  expect(policy.spec.podSelector.matchLabels).toEqual(pod.metadata.labels);
  expect(policy.spec.ingress[0].ports[0].port).toBe(
    container?.ports?.find(({ name }) => name === targetPort)?.containerPort,
  );
  expect(env.find(({ name }) => name === "SPANGATE_ADDRESS")?.value).toBe(`${service.metadata.name}:${port}`);
  expect(container?.args).toContain(`--listen=0.0.0.0:${port}`);
  const volumes = pod.spec.volumes.map(({ name }: Container) => name);
  for (const it of [...pod.spec.initContainers, ...pod.spec.containers] as Container[])
    for (const { name } of it.volumeMounts ?? []) expect(volumes).toContain(name);
  const bank = parse(read("bank.yaml")).spec.template.metadata;
  expect(bank.labels).toMatchObject(policy.spec.ingress[0].from[0].podSelector.matchLabels);
  expect(Object.values(bank.annotations)).toEqual([instrumentation.metadata.name]);
});

it("tells agents what they read, and takes from secrets what README puts into them", () => {
  for (const { name } of env) expect(agentVariables).toContain(name);
  const readme = read("README.md");
  const made = (secret: string) => new RegExp(`create secret generic ${secret} (.*)`).exec(readme)?.[1] ?? "";
  for (const { secretKeyRef } of env.flatMap(({ valueFrom }) => valueFrom ?? []))
    expect(made(secretKeyRef.name)).toMatch(new RegExp(`--from-file=${secretKeyRef.key}(=|\\s|$)`));
  const [{ secret }] = pod.spec.volumes;
  const [, ...files] = [
    "",
    ...(container?.args ?? []).flatMap((it) => /=\/secrets\/(.*)/.exec(it)?.[1] ?? []),
    "token",
  ];
  for (const file of files) expect(made(secret.secretName)).toContain(`--from-file=${file}`);
});

it("holds a service that the operator has put the agent into", { timeout: 90_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), "spangate-kubernetes-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const { ca } = makeCertificates(folder, "DNS:spangate,DNS:localhost");

  // The image's folder, as the Dockerfile makes it, and the pod's, as the operator's init container fills it.
  expect(read("Dockerfile")).toMatch(
    /COPY autoinstrumentation\.js \.\/\nRUN npm install .*"\$SPANGATE" @opentelemetry\/api\n/,
  );
  const image = join(folder, "autoinstrumentation");
  const mounted = join(folder, "otel-auto-instrumentation-nodejs");
  installPacked(image);
  cpSync(join(example, "autoinstrumentation.js"), join(image, "autoinstrumentation.js"));
  mkdirSync(mounted);
  execFileSync("cp", ["-r", `${image}/.`, mounted]);

  // The coordinator's mounts.
  const own = join(folder, "own");
  mkdirSync(own);
  writeFileSync(join(own, "token"), "a-token-of-the-tests\n", { mode: 0o600 });
  const placed = (text: string) =>
    text
      .replace("0.0.0.0:7717", "0.0.0.0:0")
      .replace(/=\/(secrets|own)\//, (_, of: string) => `=${of === "own" ? own : folder}/`);
  const command = join(mounted, "node_modules/.bin/spangate");
  const bare = { PATH: path };
  const coordinator = new Script(["env", "-i", `PATH=${path}`, command, ...(container?.args ?? []).map(placed)], {});
  onTestFinished(() => coordinator[Symbol.asyncDispose]());
  const port = await coordinator.said(/ready at 127\.0\.0\.1:(\d+)/);
  const token = (await new Script([command, "token", "--token-file", join(own, "token")], bare).ended).stdout.trim();

  // What the operator sets: the resource's variables, the service's name, and NODE_OPTIONS, which it appends to.
  const values: Readonly<Record<string, string>> = {
    SPANGATE_TOKEN: token,
    SPANGATE_TLS_CA: readFileSync(ca, "utf8"),
    SPANGATE_ADDRESS: `localhost:${port}`,
  };
  const told = Object.fromEntries(env.map(({ name }) => [name, values[name] ?? ""]));
  const operators = {
    OTEL_SERVICE_NAME: "bank",
    OTEL_PROPAGATORS: instrumentation.spec.propagators.join(","),
    NODE_OPTIONS: `--enable-source-maps --require ${mounted}/autoinstrumentation.js`,
  };
  const variables = Object.entries({ ...bare, ...told, ...operators }).map((it) => it.join("="));
  const bank = new Script(["env", "-i", ...variables, process.execPath, fixture("frameworks/plain.cjs")], {});
  onTestFinished(() => bank[Symbol.asyncDispose]());
  const url = `http://127.0.0.1:${await bank.said(/listening on (\d+)/)}/async`;

  const connect = { address: `localhost:${port}`, token: "a-token-of-the-tests", tls: { ca } };
  await using gateway = await openGateway({ connect });
  const alice = gateway.starter("alice", () => fetch(url));
  const runner = gateway.runner([alice], [alice.before("outer", { service: "bank" })]);
  expect(await runner.next()).toMatchObject({ reached: true, arrival: { service: "bank", mode: "flow" } });
  expect((await runner.finish()).alice.status).toBe(200);
});
