// A checkout, all in one process: a coupon that may be used once (Redis), a product that is in stock once (PostgreSQL).
import express from "express";
import { Redis } from "ioredis";
import pg from "pg";

const coupons = process.env.REDIS_URL ? new Redis(process.env.REDIS_URL) : undefined;
const database = new pg.Pool({ connectionString: process.env.DATABASE_URL });

/**
 * @param redeem marks the coupon as used; false when it was used before
 * @param takeFromStock false when nothing is left
 */
export function serve({ redeem, takeFromStock }) {
  const app = express();
  app.post("/checkout", async (request, response) => {
    const { coupon } = request.query;
    if (coupon && !(await redeem(coupons, coupon))) return response.status(409).send("coupon used");
    if (!(await takeFromStock(database))) return response.status(410).send("sold out");
    response.send(coupon ? "sold at half the price" : "sold");
  });
  const server = app.listen(0, "127.0.0.1", () => console.log(`listening on ${server.address().port}`));
}
