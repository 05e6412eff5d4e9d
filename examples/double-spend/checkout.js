// The bugs: both look first and write then, and between the two somebody else may look as well.
import { serve } from "./shop.js";

serve({
  async redeem(coupons, coupon) {
    if ((await coupons.get(coupon)) === "used") return false;
    await coupons.set(coupon, "used");
    return true;
  },
  async takeFromStock(database) {
    const { rows } = await database.query("SELECT stock FROM product WHERE id = 1");
    if (rows[0].stock === 0) return false;
    await database.query("UPDATE product SET stock = stock - 1 WHERE id = 1");
    return true;
  },
});
