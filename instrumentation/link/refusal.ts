// Why the coordinator refused a stream: asked once more, by Node's own HTTP/2 client, which can read the status.
import { connect } from "node:http2";
import { connect as connectPlain } from "node:net";
import { connect as connectTls } from "node:tls";
import { socketOptions } from "../../src/wire/address.js";
import { connectionOptions } from "../../src/wire/tls.js";
import { message } from "./http2-frames.js";
import type { Way } from "./way.js";

const limitMs = 2_000;

/** The status message of the refusal, or `undefined` when it cannot be had. */
export async function askForReason(
  { address, token, tls }: Way,
  path: string,
  hello: Uint8Array,
): Promise<string | undefined> {
  const place = socketOptions(address);
  const session = tls
    ? connect("https://localhost", {
        createConnection: () => connectTls({ ...connectionOptions(address, tls), ...place }),
      })
    : connect("http://localhost", { createConnection: () => connectPlain(place) });
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  session.on("error", () => resolve(undefined));
  const stream = session.request({
    ":method": "POST",
    ":path": path,
    "content-type": "application/grpc",
    te: "trailers",
    authorization: `Bearer ${token}`,
  });
  const read = (headers: Record<string, unknown>) => {
    const status = headers["grpc-message"];
    if (typeof status === "string") resolve(decodeURIComponent(status));
  };
  stream.on("response", read);
  stream.on("trailers", read);
  stream.on("error", () => resolve(undefined));
  stream.on("close", () => resolve(undefined));
  stream.setTimeout(limitMs, () => resolve(undefined));
  stream.resume();
  stream.write(message(hello));
  const reason = await promise;
  session.destroy();
  return reason;
}
