// kafkajs as its instrumentation patches it; what would go to the broker and come from it is in the test's hands.
import { beforeEach, describe, expect, it } from "vitest";
import { TracedFlow, turnOfTheLoop } from "../../../support/traced-flow.ts";

interface Message {
  readonly value: string;
  headers?: Record<string, string>;
}
interface Sent {
  readonly topic: string;
  readonly messages: readonly Message[];
}
interface Consumer {
  eachMessage?(payload: object): Promise<void>;
  eachBatch?(payload: object): Promise<void>;
}

let sent: Sent[];
let refusal: Error | undefined;

function newKafka(test: TracedFlow) {
  class Kafka {
    producer() {
      const take = async (...records: readonly Sent[]) => {
        sent.push(...records);
        if (refusal) throw refusal;
        return "metadata";
      };
      return {
        send: (record: Sent) => take(record),
        sendBatch: ({ topicMessages }: { topicMessages: readonly Sent[] }) => take(...topicMessages),
        transaction: async () => ({ send: take, sendBatch: take, commit: async () => {}, abort: async () => {} }),
      };
    }
    consumer() {
      return { run: async (_: Consumer) => {} };
    }
  }
  test.definitionOf("kafkajs").patch?.({ Kafka });
  return new Kafka();
}

/** What a consumer gets of a message: headers are bytes. */
function received({ value, headers = {} }: Message) {
  return { value, headers: Object.fromEntries(Object.entries(headers).map(([key, text]) => [key, Buffer.from(text)])) };
}

async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  promise.then(
    () => (settled = true),
    () => (settled = true),
  );
  await turnOfTheLoop();
  return settled;
}

beforeEach(() => {
  sent = [];
  refusal = undefined;
});

describe("a producer of kafkajs", () => {
  it("sends nothing while its actor is held, and tells nothing until it is released", async () => {
    const test = new TracedFlow("before send orders", "after send orders");
    const producer = newKafka(test).producer();
    const result = test.as("alice", () => producer.send({ topic: "orders", messages: [{ value: "1" }] }));
    expect(await isSettled(result)).toBe(false);
    expect(sent).toEqual([]);
    await test.release("alice before send orders");
    expect(sent).toHaveLength(1);
    expect(await isSettled(result)).toBe(false);
    await test.release("alice after send orders");
    expect(await result).toBe("metadata");
  });

  it("rejects with the broker's very error, after the hold", async () => {
    refusal = new Error("refused");
    const test = new TracedFlow("after send orders");
    const producer = newKafka(test).producer();
    const result = test.as("alice", () => producer.send({ topic: "orders", messages: [{ value: "1" }] }));
    expect(await isSettled(result)).toBe(false);
    await test.release("alice after send orders");
    await expect(result).rejects.toBe(refusal);
  });

  it("has a gate for every message of a call, and sends when all of them are open", async () => {
    const test = new TracedFlow("before send orders", "after send orders");
    const producer = newKafka(test).producer();
    const messages = [{ value: "1" }, { value: "2" }];
    const result = test.as("alice", () => producer.sendBatch({ topicMessages: [{ topic: "orders", messages }] }));
    await turnOfTheLoop();
    expect(test.met).toEqual(["alice before send orders", "alice before send orders"]);
    await test.release("alice before send orders");
    expect(sent).toEqual([]);
    await test.release("alice before send orders");
    expect(sent).toEqual([{ topic: "orders", messages }]);
    await test.release("alice after send orders");
    expect(await isSettled(result)).toBe(false);
    await test.release("alice after send orders");
    expect(await result).toBe("metadata");
  });

  it("tells that the end of a transaction and what is sent inside it cannot be held", async () => {
    const test = new TracedFlow("after transaction", "before send orders");
    const producer = newKafka(test).producer();
    await test.as("alice", async () => {
      const transaction = await producer.transaction();
      await transaction.send({ topic: "orders", messages: [{ value: "1" }] });
      await transaction.commit();
    });
    expect(test.met).toEqual([
      expect.stringMatching(/^alice before send orders: ./),
      expect.stringMatching(/^alice after transaction: ./),
    ]);
  });
});

describe("a consumer of kafkajs", () => {
  it("goes on as the actor that sent the message, and is held on both sides of eachMessage", async () => {
    const test = new TracedFlow("before process orders", "after process orders");
    const kafka = newKafka(test);
    const message: Message = { value: "1" };
    await test.as("alice", () => kafka.producer().send({ topic: "orders", messages: [message] }));
    const seen: string[] = [];
    const config: Consumer = { eachMessage: async () => void seen.push("called") };
    await kafka.consumer().run(config);
    const done = config.eachMessage?.({ topic: "orders", partition: 0, message: received(message) });
    expect(await isSettled(done as Promise<void>)).toBe(false);
    expect(test.met).toEqual(["alice before process orders"]);
    expect(seen).toEqual([]);
    await test.release("alice before process orders");
    expect(seen).toEqual(["called"]);
    expect(await isSettled(done as Promise<void>)).toBe(false);
    await test.release("alice after process orders");
    await done;
  });

  it("holds nobody in eachBatch, whose spans belong to no actor", async () => {
    const test = new TracedFlow("before process orders", "before poll orders");
    const kafka = newKafka(test);
    const message: Message = { value: "1" };
    await test.as("alice", () => kafka.producer().send({ topic: "orders", messages: [message] }));
    const seen: string[] = [];
    const config: Consumer = { eachBatch: async () => void seen.push("called") };
    await kafka.consumer().run(config);
    await config.eachBatch?.({ batch: { topic: "orders", partition: 0, messages: [received(message)] } });
    expect(seen).toEqual(["called"]);
    expect(test.met).toEqual([]);
  });
});
