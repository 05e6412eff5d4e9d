// A client that knows nothing but an address and a token: the services and their messages it takes from reflection.
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import {
  type ClientDuplexStream,
  credentials,
  loadPackageDefinition,
  type Metadata,
  type ServiceClientConstructor,
} from "@grpc/grpc-js";
import { loadFileDescriptorSetFromBuffer, loadSync, type PackageDefinition } from "@grpc/proto-loader";

const require = createRequire(import.meta.url);
const ofReflection = join(
  dirname(require.resolve("@grpc/reflection/package.json")),
  "build/proto/grpc/reflection/v1/reflection.proto",
);

interface Answer {
  readonly listServicesResponse?: { readonly service: readonly { readonly name: string }[] };
  readonly fileDescriptorResponse?: { readonly fileDescriptorProto: readonly Buffer[] };
  readonly errorResponse?: { readonly errorCode: number; readonly errorMessage: string };
}

/** The services that a server tells of, by their full names, as constructors of clients. */
export async function reflectedServices(
  address: string,
  metadata: Metadata,
): Promise<ReadonlyMap<string, ServiceClientConstructor>> {
  const Reflection = at(loadSync(ofReflection), "grpc.reflection.v1.ServerReflection");
  const client = new Reflection(address, credentials.createInsecure());
  const stream: ClientDuplexStream<object, Answer> = client["serverReflectionInfo"]?.(metadata);
  const answers = stream[Symbol.asyncIterator]();
  const ask = async (request: object): Promise<Answer> => {
    stream.write(request);
    const { value } = await answers.next();
    const answer = value as Answer;
    if (answer.errorResponse) throw new Error(answer.errorResponse.errorMessage);
    return answer;
  };
  try {
    const { listServicesResponse } = await ask({ listServices: "" });
    const names = (listServicesResponse?.service ?? []).map(({ name }) => name);
    const services = new Map<string, ServiceClientConstructor>();
    for (const name of names) {
      const { fileDescriptorResponse } = await ask({ fileContainingSymbol: name });
      const definition = loadFileDescriptorSetFromBuffer(setOf(fileDescriptorResponse?.fileDescriptorProto ?? []));
      services.set(name, at(definition, name));
    }
    return services;
  } finally {
    stream.end();
    client.close();
  }
}

function at(definition: PackageDefinition, name: string): ServiceClientConstructor {
  const found = name
    .split(".")
    .reduce<unknown>((parent, part) => (parent as Record<string, unknown>)[part], loadPackageDefinition(definition));
  return found as ServiceClientConstructor;
}

// A FileDescriptorSet is a list of files, each as field 1 with its length.
function setOf(files: readonly Buffer[]): Buffer {
  return Buffer.concat(files.flatMap((file) => [Buffer.from([0x0a]), varint(file.length), file]));
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 0x80) return Buffer.from([...bytes, rest]);
    bytes.push((rest & 0x7f) | 0x80);
  }
}
