// Below the messages: streams that are half closed, reset or ended amid a message, and lengths that lie, for every call
// of both services.
import { type ClientHttp2Session, connect } from "node:http2";
import fc from "fast-check";
import { afterAll, beforeAll, it } from "vitest";
import { AgentServiceService } from "../../src/gen/spangate/v1/agent_service.ts";
import { RunnerServiceService } from "../../src/gen/spangate/v1/runner.ts";
import { agentToken } from "../../src/wire/token.ts";
import { FuzzedCoordinator } from "../support/fuzzed-coordinator.ts";
import { fuzzing } from "../support/mutations.ts";
import { untilAsync } from "../support/until.ts";

let coordinator: FuzzedCoordinator;
beforeAll(async () => {
  coordinator = await FuzzedCoordinator.start();
});
afterAll(() => coordinator.close());

interface Speech {
  readonly path: string;
  readonly chunks: readonly Uint8Array[];
  readonly end: "half close" | "reset" | "cut the connection";
}

const paths = [...Object.values(RunnerServiceService), ...Object.values(AgentServiceService)].map(({ path }) => path);
/** A message in its frame, whose length is right, too long, too short, or beyond all limits. */
const frame = fc
  .tuple(fc.uint8Array({ maxLength: 40 }), fc.constantFrom(0, 0, 0, 1, -1, 0x7fff_ffff))
  .map(([body, lie]) => {
    const bytes = Buffer.alloc(5 + body.length);
    bytes.writeUInt32BE(Math.max(0, body.length + lie) >>> 0, 1);
    bytes.set(body, 5);
    return bytes;
  });
const speech: fc.Arbitrary<Speech> = fc.record({
  path: fc.constantFrom(...paths),
  chunks: fc.array(
    fc.oneof({ weight: 3, arbitrary: frame }, { weight: 1, arbitrary: fc.uint8Array({ maxLength: 9 }) }),
    {
      maxLength: 3,
    },
  ),
  end: fc.constantFrom<Speech["end"]>("half close", "half close", "half close", "reset", "cut the connection"),
});

/** @returns the statuses, of those calls that were given one */
async function attack(speeches: readonly Speech[]): Promise<readonly number[]> {
  const session = connect(`http://${coordinator.at.address}`);
  session.on("error", () => {});
  const ends = speeches.map((it) => speak(session, it));
  // Calls that go on have no end of their own: a watch, a step, an open run.
  await untilAsync("the coordinator has read all", async () =>
    (await coordinator.client.agents()) ? true : undefined,
  );
  session.destroy();
  return (await Promise.all(ends)).flatMap((code) => code ?? []);
}

function speak(session: ClientHttp2Session, { path, chunks, end }: Speech): Promise<number | undefined> {
  const { promise, resolve } = Promise.withResolvers<number | undefined>();
  const isAgents = path.startsWith("/spangate.v1.AgentService");
  const token = isAgents ? agentToken(coordinator.at.token) : coordinator.at.token;
  const stream = session.request({
    ...{ ":method": "POST", ":path": path, "content-type": "application/grpc", te: "trailers" },
    authorization: `Bearer ${token}`,
  });
  const note = (headers: object) => {
    const told = (headers as Record<string, unknown>)["grpc-status"];
    if (told !== undefined) resolve(Number(told));
  };
  stream
    .on("response", note)
    .on("trailers", note)
    .on("error", () => {});
  stream.on("close", () => resolve(undefined)).resume();
  for (const chunk of chunks) stream.write(chunk);
  if (end === "half close") stream.end();
  else if (end === "reset") stream.close(8);
  else session.destroy();
  return promise;
}

it("leave nothing, whatever they carry", { timeout: 600_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(speech, { minLength: 1, maxLength: 8 }), async (speeches) => {
      const victim = await coordinator.victim();
      const statuses = await attack(speeches);
      await coordinator.expectHeld(victim);
      await coordinator.end(victim);
      await coordinator.expectWell(statuses);
    }),
    fuzzing(150),
  );
});
