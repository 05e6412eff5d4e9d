// The body of a request, as far as it makes sense.
import type { IncomingMessage } from "node:http";
import type { LiveGoal, LiveRequests } from "./protocol.js";

/** In bytes. What the page asks for is short. */
const limit = 4_096;

/** @returns `undefined` where it is longer than it may be, or was broken off */
export async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const parts: Buffer[] = [];
  let size = 0;
  request.on("data", (part: Buffer) => {
    size += part.length;
    if (size <= limit) parts.push(part);
    else {
      // The rest is not read, so that the answer goes out and the connection ends behind it.
      request.pause();
      resolve(undefined);
    }
  });
  request.on("end", () => resolve(Buffer.concat(parts).toString()));
  request.on("error", () => resolve(undefined));
  return await promise;
}

type Readers = { readonly [Path in keyof LiveRequests]: (body: unknown) => LiveRequests[Path] | undefined };

/** By the path below `/api/`: what was asked, `undefined` where that makes no sense. */
export const requestReaders: Readers = {
  "by-hand": (body) => {
    const { on } = fieldsOf(body);
    return typeof on === "boolean" ? { on } : undefined;
  },
  steer: (body) => {
    const { runId, number, goal } = fieldsOf(body);
    const known = goalOf(goal);
    return typeof runId === "string" && isCount(number) && known ? { runId, number, goal: known } : undefined;
  },
  release: (body) => {
    const { instance, id } = fieldsOf(body);
    return typeof instance === "string" && isCount(id) ? { instance, id } : undefined;
  },
};

function goalOf(goal: unknown): LiveGoal | undefined {
  const { type, checkpoint } = fieldsOf(goal);
  if (type === "next" || type === "finish") return { type };
  return type === "skipTo" && isCount(checkpoint) ? { type, checkpoint } : undefined;
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

/** What fits into the wire's numbers. */
function isCount(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) < 2 ** 32;
}
