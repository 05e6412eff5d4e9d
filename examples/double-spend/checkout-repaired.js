// Repaired: one command looks and writes.
import { serve } from "./shop.js";

serve({
  async redeem(coupons, coupon) {
    return (await coupons.set(coupon, "used", "NX")) === "OK";
  },
  async takeFromStock(database) {
    const { rowCount } = await database.query("UPDATE product SET stock = stock - 1 WHERE id = 1 AND stock > 0");
    return rowCount === 1;
  },
});
