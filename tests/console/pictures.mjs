// Makes the pictures of deploy/console anew, of the demo's events:
//
//     CHIPLINE_BINARY=build/dev/chipline node tests/console/pictures.mjs

import { join } from "node:path";
import { test } from "node:test";
import { ROOT, Server, go, open } from "./setup.mjs";

const WHY = encodeURIComponent("capex/bytedance/ai-chips/2026/capex/forward");
// Name, address, height, and what the picture begins with, if not with the top of the page.
const PICTURES = [
  ["today", "#/today", 760],
  ["search", "#/search?q=字节", 330],
  ["company", "#/company/bytedance", 560, "section[aria-label='2026 · ByteDance · AI chips · forward']"],
  ["compare", "#/compare?period=calendar:2024-40", 800],
  ["rules", "#/rules?chip=h200&destination=cn&buyer=bytedance&buyerSeat=cn&purpose=training", 760],
  ["order", "#/order/order.bytedance.h200-trial", 700],
  ["why", `#/why/${WHY}`, 760],
  ["log", "#/log?chip=h200", 560],
  ["operate", "#/operate", 560],
];

test("pictures", async () => {
  const server = await new Server().demo();
  server.append({ eventId: "zh", aliasChange: { entity: "bytedance", kind: "ENTITY_KIND_COMPANY", alias: "字节跳动", language: "zh", change: "ALIAS_OPERATION_ADD" } });
  for (const [name, hash, height, from] of PICTURES) {
    const { context, page } = await open({ viewport: { width: 1040, height }, colorScheme: name === "order" ? "dark" : "light" });
    await go(page, server, hash);
    // The same entries by the names that they have.
    if (from) await page.locator(from).evaluate(element => element.scrollIntoView());
    await page.screenshot({ path: join(ROOT, "deploy/console", `${name}.png`) });
    await context.close();
  }
});
