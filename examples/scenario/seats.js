// Keeps how many seats are left. It knows nothing of spangate.
import { createServer } from "node:http";
import { json } from "node:stream/consumers";

let left = 0;

const server = createServer(async (request, response) => {
  if (request.method === "PUT") left = (await json(request)).left;
  if (request.method === "DELETE") left -= 1;
  response.setHeader("content-type", "application/json").end(JSON.stringify({ left }));
});
server.listen(0, "127.0.0.1", () => console.log(`listening on ${server.address().port}`));
