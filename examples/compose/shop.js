// Sells for 10 out of an account that the bank keeps. It knows nothing of spangate.
import { createServer } from "node:http";

const bank = process.env.BANK_URL;

createServer(async (_, response) => {
  try {
    const { balance } = await (await fetch(bank)).json();
    if (balance < 10) return response.writeHead(402).end("too little money");
    await fetch(`${bank}/?balance=${balance - 10}`, { method: "PUT" });
    response.end("sold");
  } catch (error) {
    response.writeHead(500).end(String(error));
  }
}).listen(Number(process.env.PORT), () => console.log("the shop is open"));
