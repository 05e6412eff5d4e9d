// kafkajs.
import { type Adapter, leave } from "../adapter.js";
import type { Shape } from "../shape.js";
import { promises } from "../shapes.js";

const send: Shape = { ...promises, startsSeveral: true };

// Its span ends with the commit, of which its caller does not wait for anything here.
const transaction: Shape = { putOff: promises.putOff };

export const kafkajs: Adapter = {
  scope: "@opentelemetry/instrumentation-kafkajs",
  functions: { send, sendBatch: send, transaction, eachMessage: promises, eachBatch: promises },
  patches: { producer: leave, consumer: leave, run: leave },
  docs: {
    driver: "kafkajs",
    tested: "the calls of kafkajs 2, without a broker",
    spans: "`send <topic>`, `process <topic>`",
    before:
      "`send <topic>`: none of the call's messages is sent. `process <topic>` in eachMessage: the function is not called, and later messages of the partition wait behind it",
    after:
      "`send <topic>`: the broker has the messages, and the caller does not know it. `process <topic>` in eachMessage: the function has ended, and the offset is not resolved",
    unsupported:
      "`process <topic>` and `poll <topic>` in eachBatch: a batch has messages of many, so their spans carry no actor. `send` inside a transaction, and `after transaction`: the instrumentation patches them on objects of its own",
  },
};
