import { Continuum } from "@continuum/runtime";
import { fraudReview, orderFlow } from "./order.js";

await using continuum = await Continuum.connect({
  database: process.env["DATABASE_URL"] ?? "pglite:.data/main",
  workflows: [orderFlow],
});

const order = await continuum.start(orderFlow, {
  orderId: `order-${Date.now().toString(36)}`,
  items: [{ sku: "teapot", quantity: 1, price: 4_900 }],
});
await order.signal(fraudReview, "approved");
console.log(await order.result());
