// Actors go on in the consumers of their messages.
import { connect } from "amqplib";
import { Queue } from "bullmq";
import { describe, expect, it } from "vitest";
import { raceOverQueue } from "../support/queue-races.ts";
import { lacksServer } from "../support/servers.ts";

const amqpUrl = process.env["AMQP_URL"] ?? "amqp://guest:guest@127.0.0.1:5672";
const redisUrl = process.env["REDIS_URL"] ?? "redis://127.0.0.1:6379";

describe.skipIf(await lacksServer("RabbitMQ", 5672))("amqplib", { timeout: 120_000 }, () => {
  const scene = raceOverQueue({
    module: "amqplib.mjs",
    publish: () => "publish <default>",
    process: (queue) => `${queue} process`,
    remove: async (queue) => {
      const connection = await connect(amqpUrl);
      await (await connection.createChannel()).deleteQueue(queue);
      await connection.close();
    },
  });

  it.each(["plainly", "unheard"])("refuses to hold what is published %s, whose caller does not wait", async (how) => {
    const { gateway, actor, publish } = scene();
    const alice = actor("alice", how);
    await using runner = gateway.runner([alice], [alice.before(publish)]);
    await expect(runner.next()).rejects.toMatchObject({
      code: "NotGateable",
      message: expect.stringMatching(/publish .*returns at once(.|\n)*hold: "thread"/),
    });
  });

  it("keeps the sequence of a consumer's messages", async () => {
    const { gateway, actor, process } = scene();
    const [alice, bob] = [actor("alice"), actor("bob")];
    await using runner = gateway.runner(
      [alice, bob],
      [alice.before(process), bob.before(process), bob.before("pg.query:SELECT bank"), alice.finished],
      { stepTimeoutMs: 1_000 },
    );
    await runner.next();
    await runner.next();
    // Bob's message was delivered behind alice's.
    await expect(runner.next()).rejects.toMatchObject({ code: "StepTimedOut" });
  });
});

describe.skipIf(await lacksServer("Redis", 6379))("bullmq", { timeout: 120_000 }, () => {
  raceOverQueue({
    module: "bullmq.mjs",
    env: { TRACER_NAME: "a tracer of its own" },
    publish: (queue) => `add ${queue}.withdraw`,
    process: (queue) => `process ${queue}`,
    remove: async (name) => {
      const queue = new Queue(name, { connection: { url: redisUrl } });
      await queue.obliterate({ force: true });
      await queue.close();
    },
  });
});
