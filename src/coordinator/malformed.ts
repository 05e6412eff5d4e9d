// Bytes that are no message are their sender's mistake. grpc-js would end their call with INTERNAL, which says that it is
// ours: they are handed to the service instead, which refuses them.
import { type ServiceDefinition, status } from "@grpc/grpc-js";

/** What came in place of a message. */
export class Malformed {
  readonly code = status.INVALID_ARGUMENT;
  readonly details: string;

  constructor(path: string, error: unknown) {
    const reason = error instanceof Error ? error.message : String(error);
    this.details = `These bytes are no request of ${path}: ${reason}. Generate the client from this coordinator's proto files, or ask reflection for them.`;
  }
}

/** The same service, whose requests may be {@link Malformed}. */
export function handingOn<Definition extends ServiceDefinition>(definition: Definition): Definition {
  const entries = Object.entries(definition).map(([name, method]) => [
    name,
    {
      ...method,
      requestDeserialize: (bytes: Buffer): unknown => {
        try {
          return method.requestDeserialize(bytes);
        } catch (error) {
          return new Malformed(method.path, error);
        }
      },
    },
  ]);
  return Object.fromEntries(entries);
}

/** Why a request is refused; `undefined` for a message. */
export function malformed(request: unknown): Malformed | undefined {
  return request instanceof Malformed ? request : undefined;
}
