// gRPC's server reflection, loaded when somebody asks for it: most tests never do, and it would take most of the time
// in which a gateway opens.
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { Duplex } from "node:stream";
import {
  type MethodDefinition,
  type Server,
  type ServerDuplexStream,
  type ServiceDefinition,
  status,
} from "@grpc/grpc-js";
import type { Admission } from "./admission.js";
import { Malformed } from "./malformed.js";

type Method = MethodDefinition<object, object>;
type Handler = (stream: Duplex) => void;

interface Reflection {
  readonly method: Method;
  readonly handler: Handler;
}

const versions = ["v1", "v1alpha"] as const;
let loading: Promise<readonly Reflection[]> | undefined;

/** Serves the wire contract's descriptors to whoever has a token, in both versions of the reflection protocol. */
export function addReflection(server: Server, admit: Admission): void {
  for (const [at, version] of versions.entries()) {
    const path = `/grpc.reflection.${version}.ServerReflection/ServerReflectionInfo`;
    const serve = async (call: ServerDuplexStream<Buffer, Buffer>) => {
      const refusal = admit(call.metadata);
      if (refusal) return void call.emit("error", refusal);
      loading ??= load();
      const reflection = (await loading)[at];
      if (reflection) answer(call, reflection);
    };
    // Whatever fails ends the call, and nothing else.
    const serveSafely = (call: ServerDuplexStream<Buffer, Buffer>) =>
      void serve(call).catch((error: unknown) => {
        loading = undefined;
        call.emit("error", { code: status.INTERNAL, details: String(error) });
      });
    server.register(path, serveSafely, asIs, asIs, "bidi");
  }
}

async function load(): Promise<readonly Reflection[]> {
  const [{ loadSync }, { ReflectionService }] = await Promise.all([
    import("@grpc/proto-loader"),
    import("@grpc/reflection"),
  ]);
  // By the package's own name, so that it is found from the sources and from the build alike.
  const root = dirname(createRequire(import.meta.url).resolve("spangate/package.json"));
  const files = ["agent_service.proto", "runner.proto"].map((name) => join("spangate", "v1", name));
  const found: Reflection[] = [];
  new ReflectionService(loadSync(files, { includeDirs: [join(root, "proto")] })).addToServer({
    addService: (definition: ServiceDefinition, handlers: Record<string, unknown>) => {
      for (const [name, method] of Object.entries(definition)) {
        found.push({ method: method as Method, handler: handlers[name] as Handler });
      }
    },
  });
  return found;
}

// The library's handler reads and writes messages; the call carries bytes, because its types were not known yet.
function answer(call: ServerDuplexStream<Buffer, Buffer>, { method, handler }: Reflection): void {
  const messages = new Duplex({
    objectMode: true,
    read: () => {},
    write: (message: object, _, done) => {
      call.write(method.responseSerialize(message));
      done();
    },
    final: (done) => {
      call.end();
      done();
    },
  });
  call.on("data", (bytes: Buffer) => {
    try {
      messages.push(method.requestDeserialize(bytes));
    } catch (error) {
      call.emit("error", new Malformed(method.path, error));
      messages.destroy();
    }
  });
  call.on("end", () => messages.push(null));
  handler(messages);
}

function asIs(bytes: Buffer): Buffer {
  return bytes;
}
