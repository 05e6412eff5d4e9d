// Actors go on in the consumers of their messages.
import { connect } from "amqplib";
import { Queue } from "bullmq";
import { describe, expect, it } from "vitest";
import { raceOverQueue } from "../support/queue-races.ts";
import { urlOf, whyNot } from "../support/servers.ts";
import { untilAsync } from "../support/until.ts";

describe.skipIf(await whyNot("rabbitmq"))("amqplib", { timeout: 120_000 }, () => {
  const scene = raceOverQueue({
    module: "amqplib.mjs",
    env: { QUEUE_URL: urlOf("rabbitmq") },
    publish: () => "publish <default>",
    process: (queue) => `${queue} process`,
    remove: async (queue) => {
      const connection = await connect(urlOf("rabbitmq"));
      await (await connection.createChannel()).deleteQueue(queue);
      await connection.close();
    },
  });

  it.each(["plainly", "unheard"])("refuses to hold what is published %s, whose caller does not wait", async (how) => {
    const { gateway, actor, publish, store } = scene();
    const alice = actor("alice", how);
    await using runner = gateway.runner([alice], [alice.before(publish)]);
    await expect(runner.next()).rejects.toMatchObject({
      code: "NotGateable",
      message: expect.stringMatching(/publish .*returns at once(.|\n)*hold: "thread"/),
    });
    // It was sent, so the worker has it.
    const isWorkedOff = async () => (await store.balance()) === 90 || undefined;
    await untilAsync("the message has been worked off", isWorkedOff, 30_000);
  });

  it("holds the thread that publishes, where asked to", async () => {
    const { gateway, actor, publish, store } = scene();
    const alice = actor("alice", "plainly");
    await using runner = gateway.runner([alice], [alice.before(publish, { hold: "thread" }), alice.finished]);
    expect((await runner.next())?.arrival).toMatchObject({ mode: "thread", service: "web" });
    expect(await store.balance()).toBe(100);
    await runner.finish();
    expect(await store.balance()).toBe(90);
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
    // Bob's message was delivered behind alice's: she keeps it from him, in a queue of the application for all that is known.
    await expect(runner.next()).rejects.toMatchObject({ code: "Starved", actor: "bob" });
  });
});

describe.skipIf(await whyNot("redis"))("bullmq", { timeout: 120_000 }, () => {
  raceOverQueue({
    module: "bullmq.mjs",
    env: { QUEUE_URL: urlOf("redis"), TRACER_NAME: "a tracer of its own" },
    publish: (queue) => `add ${queue}.withdraw`,
    process: (queue) => `process ${queue}`,
    remove: async (name) => {
      const queue = new Queue(name, { connection: { url: urlOf("redis") } });
      await queue.obliterate({ force: true });
      await queue.close();
    },
  });
});
