// As much of a MongoDB server as a client needs to find and update one account: OP_MSG, without authentication.
// https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/
import { createServer, type Server, type Socket } from "node:net";
import { BSON } from "mongodb";
import type { Store } from "./stores.ts";

type Document = BSON.Document;

const opMsg = 2013;
const headerLength = 16;

export async function openMongo(): Promise<Store> {
  const account = { _id: 1, balance: 0 };
  const server = createServer((socket) => serve(socket, (command) => answer(command, account)));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `mongodb://127.0.0.1:${portOf(server)}/bank`,
    reset: async (balance) => {
      account.balance = balance;
    },
    balance: async () => account.balance,
    close: async () => void server.close(),
  };
}

function answer(command: Document, account: Document): Document {
  switch (Object.keys(command)[0]) {
    case "hello":
      return { isWritablePrimary: true, maxWireVersion: 25, minWireVersion: 0, maxBsonObjectSize: 16_777_216, ok: 1 };
    case "find":
      return { cursor: { id: BSON.Long.ZERO, ns: "bank.account", firstBatch: [account] }, ok: 1 };
    case "update": {
      const updates = command["updates"] as readonly Document[];
      for (const { u } of updates) Object.assign(account, u.$set);
      return { n: updates.length, nModified: updates.length, ok: 1 };
    }
    case "endSessions":
      return { ok: 1 };
    default:
      return { ok: 0, code: 59, codeName: "CommandNotFound", errmsg: `no such command: ${Object.keys(command)[0]}` };
  }
}

function serve(socket: Socket, reply: (command: Document) => Document): void {
  let received = Buffer.alloc(0);
  socket.on("error", () => {});
  socket.on("data", (data) => {
    received = Buffer.concat([received, data]);
    while (received.length >= 4 && received.length >= received.readInt32LE(0)) {
      const message = received.subarray(0, received.readInt32LE(0));
      received = received.subarray(message.length);
      if (message.readInt32LE(12) !== opMsg) return void socket.destroy();
      socket.write(encode(reply(decode(message)), message.readInt32LE(4)));
    }
  });
}

// A section is a document, or a list of documents that belongs into it by name.
function decode(message: Buffer): Document {
  const command: Document = {};
  let at = headerLength + 4;
  while (at < message.length) {
    const size = message.readInt32LE(at + 1);
    const section = message.subarray(at + 1, at + 1 + size);
    if (message[at] === 0) Object.assign(command, BSON.deserialize(section));
    else Object.assign(command, decodeList(section));
    at += 1 + size;
  }
  return command;
}

function decodeList(section: Buffer): Document {
  const nameEnd = section.indexOf(0, 4);
  const documents: Document[] = [];
  for (let at = nameEnd + 1; at < section.length; at += section.readInt32LE(at)) {
    documents.push(BSON.deserialize(section.subarray(at, at + section.readInt32LE(at))));
  }
  return { [section.toString("utf8", 4, nameEnd)]: documents };
}

function encode(document: Document, responseTo: number): Buffer {
  const body = BSON.serialize(document);
  const head = Buffer.alloc(headerLength + 5);
  head.writeInt32LE(head.length + body.length, 0);
  head.writeInt32LE(responseTo, 8);
  head.writeInt32LE(opMsg, 12);
  return Buffer.concat([head, body]);
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server listens on no port.");
  return address.port;
}
