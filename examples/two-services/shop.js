// Sells for 10 out of an account that another service keeps. It knows nothing of spangate.
import { createServer } from "node:http";

const accounts = process.env.ACCOUNTS_URL;

const server = createServer(async (_, response) => {
  try {
    const { balance } = await (await fetch(`${accounts}/account`)).json();
    if (balance < 10) return response.writeHead(402).end("too little money");
    await fetch(`${accounts}/account?balance=${balance - 10}`, { method: "PUT" });
    response.end("sold");
  } catch (error) {
    response.writeHead(500).end(String(error));
  }
});
server.listen(0, "127.0.0.1", () => console.log(`listening on ${server.address().port}`));
