// amqplib's own channels as their instrumentation patches them, on a connection that only remembers what it is given.
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { TracedFlow, turnOfTheLoop } from "../../../support/traced-flow.ts";

interface Message {
  readonly content: Buffer;
}
interface Channel {
  publish(...args: unknown[]): boolean;
  consume(queue: string, onMessage: (message: Message | null) => void, options?: object): Promise<unknown>;
  ack(message: Message): void;
  ackAll(): void;
  open(): Promise<unknown>;
  accept(frame: object): void;
  on(event: string, listener: (...args: never[]) => void): void;
}
type ChannelClass = new (connection: object) => Channel;

const require = createRequire(import.meta.url);
const lib = join(dirname(require.resolve("amqplib")), "lib");
const defs: Readonly<Record<string, number>> = require(join(lib, "defs.js"));
const nameOf = new Map(Object.entries(defs).map(([name, id]) => [id, name]));

let test: TracedFlow;
/** What went to the server. */
let sent: string[];
let hasRoom: boolean;
let headers: object[];

type Model = "channel_model.js" | "callback_model.js";

function channelOf(kind: "Channel" | "ConfirmChannel", model: Model = "channel_model.js"): Channel {
  const path = join(lib, model);
  delete require.cache[path];
  const exports = require(path);
  test
    .definitionOf("amqplib")
    .files.find(({ name }) => name.endsWith(model))
    ?.patch(exports);
  const Class: ChannelClass = exports[kind];
  return new Class({
    freshChannel: () => 1,
    releaseChannel() {},
    sendMethod: (_: number, method: number) => void sent.push(nameOf.get(method) ?? ""),
    sendMessage(_: number, __: number, ___: object, ____: number, properties: { headers: object }, content: Buffer) {
      sent.push(content.toString());
      headers.push(properties.headers);
      return hasRoom;
    },
  });
}

/** The server delivers a message with an actor's headers. */
function deliver(channel: Channel, text: string, carried: object = {}): void {
  channel.accept({ id: defs["BasicDeliver"], fields: { consumerTag: "tag", deliveryTag: 1, exchange: "" } });
  channel.accept({ id: defs["BasicProperties"], fields: { headers: carried }, size: text.length });
  channel.accept({ content: Buffer.from(text) });
}

async function consume(channel: Channel, onMessage: (message: Message) => void, options?: object): Promise<void> {
  const consuming = channel.consume("jobs", onMessage as (message: Message | null) => void, options);
  channel.accept({ id: defs["BasicConsumeOk"], fields: { consumerTag: "tag" } });
  await consuming;
  sent.length = 0;
}

/** The headers of a message that an actor has published. */
function carriedBy(actor: string): object {
  test.as(actor, () => channelOf("Channel").publish("", "jobs", Buffer.from("x"), {}));
  sent.length = 0;
  return headers.at(-1) ?? {};
}

beforeEach(() => {
  sent = [];
  headers = [];
  hasRoom = true;
});

describe.each(["channel_model.js", "callback_model.js"] as const)("a confirm channel of %s", (model) => {
  it("sends nothing while its actor is held, and keeps the sequence of that actor alone", async () => {
    test = new TracedFlow("before publish <default>");
    const channel = channelOf("ConfirmChannel", model);
    const publish = (text: string) => channel.publish("", "jobs", Buffer.from(text), { messageId: text }, () => {});
    hasRoom = false;
    expect(test.as("alice", () => publish("first"))).toBe(true);
    expect(test.as("alice", () => publish("second"))).toBe(true);
    expect(publish("nobody's")).toBe(false);
    expect(sent).toEqual(["nobody's"]);
    await test.release("alice before publish <default>", 1);
    expect(sent).toEqual(["nobody's"]);
    await test.release("alice before publish <default>");
    expect(sent).toEqual(["nobody's", "first", "second"]);
  });

  it("calls back after the hold, with what the server said", async () => {
    test = new TracedFlow("after publish <default>");
    const channel = channelOf("ConfirmChannel", model);
    const heard: unknown[] = [];
    test.as("alice", () =>
      channel.publish("", "jobs", Buffer.from("x"), {}, (error: unknown) => void heard.push(error)),
    );
    channel.accept({ id: defs["BasicAck"], fields: { deliveryTag: 1, multiple: false } });
    await turnOfTheLoop();
    expect(test.met).toEqual(["alice after publish <default>"]);
    expect(heard).toEqual([]);
    await test.release("alice after publish <default>");
    expect(heard).toEqual([null]);
  });

  it("calls back with the error where it was closed while a message was held", async () => {
    test = new TracedFlow("before publish <default>");
    const channel = channelOf("ConfirmChannel", model);
    const heard: unknown[] = [];
    test.as("alice", () =>
      channel.publish("", "jobs", Buffer.from("x"), {}, (error: Error) => void heard.push(error.message)),
    );
    channel.on("error", () => {});
    channel.accept({
      id: defs["ChannelClose"],
      fields: { replyCode: 404, replyText: "gone", classId: 0, methodId: 0 },
    });
    await test.release("alice before publish <default>");
    expect(heard).toEqual(["Channel closed"]);
  });

  it("refuses to hold a message without a callback, and so does a channel without confirms", () => {
    test = new TracedFlow("before publish <default>", "after publish <default>");
    for (const kind of ["Channel", "ConfirmChannel"] as const) {
      const channel = channelOf(kind, model);
      expect(test.as("alice", () => channel.publish("", "jobs", Buffer.from("x"), {}))).toBe(true);
      expect(test.met.splice(0)).toContainEqual(
        expect.stringMatching(/^alice before publish <default>: publish returns at once/),
      );
    }
    expect(sent).toEqual(["x", "x"]);
  });
});

describe("a consumer", () => {
  it("is called in the sequence of its messages, whosever they are", async () => {
    test = new TracedFlow("before jobs process");
    const [alices, bobs] = [carriedBy("alice"), carriedBy("bob")];
    const channel = channelOf("Channel");
    const called: string[] = [];
    await consume(channel, ({ content }) => called.push(content.toString()));
    deliver(channel, "alice's", alices);
    deliver(channel, "nobody's");
    deliver(channel, "bob's", bobs);
    await turnOfTheLoop();
    expect(test.met).toEqual(["alice before jobs process", "bob before jobs process"]);
    await test.release("bob before jobs process");
    expect(called).toEqual([]);
    await test.release("alice before jobs process");
    expect(called).toEqual(["alice's", "nobody's", "bob's"]);
    deliver(channel, "another");
    expect(called.at(-1)).toBe("another");
  });

  it("holds the acknowledgement of its actor's message, and no other's", async () => {
    test = new TracedFlow("after jobs process");
    const channel = channelOf("Channel");
    const carried = carriedBy("alice");
    await consume(channel, (message) => channel.ack(message));
    deliver(channel, "alice's", carried);
    deliver(channel, "nobody's");
    expect(test.met).toEqual(["alice after jobs process"]);
    expect(sent).toEqual(["BasicAck"]);
    await test.release("alice after jobs process");
    expect(sent).toEqual(["BasicAck", "BasicAck"]);
  });

  it("holds what acknowledges the messages of several actors until all may go on", async () => {
    test = new TracedFlow("after jobs process");
    const channel = channelOf("Channel");
    const carried = [carriedBy("alice"), carriedBy("bob")];
    await consume(channel, () => {});
    for (const each of carried) deliver(channel, "x", each);
    channel.ackAll();
    await test.release("bob after jobs process");
    expect(sent).toEqual([]);
    await test.release("alice after jobs process");
    expect(sent).toEqual(["BasicAck"]);
  });

  it("acknowledges behind what its actor has sent on the channel before, and no other's message", async () => {
    test = new TracedFlow("before publish <default>");
    const carried = carriedBy("alice");
    const channel = channelOf("ConfirmChannel");
    await consume(channel, (message) => {
      if (message.content.toString() === "alice's") channel.publish("", "next", Buffer.from("sent"), {}, () => {});
      channel.ack(message);
    });
    deliver(channel, "alice's", carried);
    deliver(channel, "nobody's");
    await turnOfTheLoop();
    expect(sent).toEqual(["BasicAck"]);
    await test.release("alice before publish <default>");
    expect(sent).toEqual(["BasicAck", "sent", "BasicAck"]);
  });

  it("acknowledges all behind what each of their actors has sent", async () => {
    test = new TracedFlow("before publish <default>");
    const carried = [carriedBy("alice"), carriedBy("bob")];
    const channel = channelOf("ConfirmChannel");
    await consume(channel, ({ content }) => void channel.publish("", "next", content, {}, () => {}));
    sent.length = 0;
    for (const [at, each] of carried.entries()) deliver(channel, `${at}`, each);
    channel.ackAll();
    await test.release("bob before publish <default>");
    expect(sent).toEqual(["1"]);
    await test.release("alice before publish <default>");
    expect(sent).toEqual(["1", "0", "BasicAck"]);
  });

  it("sends behind an acknowledgement that is held, and nothing where the channel was closed meanwhile", async () => {
    test = new TracedFlow("after jobs process");
    const carried = carriedBy("alice");
    for (const closes of [false, true]) {
      sent.length = 0;
      const channel = channelOf("Channel");
      channel.on("error", () => {});
      await consume(channel, (message) => {
        channel.ack(message);
        channel.publish("", "next", Buffer.from("sent"), {});
      });
      deliver(channel, "x", carried);
      expect(sent).toEqual([]);
      const fields = { replyCode: 404, replyText: "gone", classId: 0, methodId: 0 };
      if (closes) channel.accept({ id: defs["ChannelClose"], fields });
      sent.length = 0;
      await test.release("alice after jobs process");
      expect(sent).toEqual(closes ? [] : ["BasicAck", "sent"]);
    }
  });

  it("closes its channel with what it throws, held or not", async () => {
    test = new TracedFlow("before jobs process");
    const carried = carriedBy("alice");
    const channel = channelOf("Channel");
    await consume(channel, () => {
      throw new Error("broken");
    });
    const errors: unknown[] = [];
    channel.on("error", (error: Error) => errors.push(error.message));
    deliver(channel, "x", carried);
    expect(sent).toEqual([]);
    await test.release("alice before jobs process");
    expect(sent).toEqual(["ChannelClose"]);
    channel.accept({ id: defs["ChannelCloseOk"], fields: {} });
    expect(errors).toEqual(["broken"]);
  });

  it("refuses to hold the end of a message without acknowledgement", async () => {
    test = new TracedFlow("before jobs process", "after jobs process");
    const carried = carriedBy("alice");
    const channel = channelOf("Channel");
    await consume(channel, () => {}, { noAck: true });
    deliver(channel, "x", carried);
    const [before, ...after] = test.met;
    expect(before).toBe("alice before jobs process");
    expect(new Set(after)).toEqual(
      new Set([expect.stringMatching(/^alice after jobs process: the span of a message without acknowledgement/)]),
    );
  });
});
