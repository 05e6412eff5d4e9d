// The bug: between the question and the sale somebody else may buy the seat. It knows nothing of spangate.
import { createServer } from "node:http";

const seats = process.env.SEATS_URL;

const server = createServer(async (_, response) => {
  const { left } = await (await fetch(seats)).json();
  if (left > 0) await fetch(seats, { method: "DELETE" });
  response.writeHead(left > 0 ? 201 : 409, { "content-type": "application/json" });
  response.end(JSON.stringify({ sold: left > 0 }));
});
server.listen(0, "127.0.0.1", () => console.log(`listening on ${server.address().port}`));
