// MongoDB's driver against a server of our own that speaks its protocol.
import { openMongo } from "../support/mongo-server.ts";
import { raceOnStore } from "../support/store-races.ts";

raceOnStore({ module: "mongodb.mjs", open: openMongo, read: "find account", write: "update account" });
