// Each view, as a reader and as a screen reader find it.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { ROOT, Server, go, open, settled } from "./setup.mjs";

const AXE = readFileSync(join(ROOT, "node_modules/axe-core/axe.min.js"), "utf8");
const ENTRY = "capex/bytedance/ai-chips/2026/capex/forward";
const server = new Server();
// Of each view something that only its own data gives.
const VIEWS = {
  "#/today": "China import pending",
  "#/search?q=h20": "H200",
  "#/compare": "its members add up to 50.2bn CNY",
  "#/company/bytedance": "100bn CNY (plan)",
  "#/chip/h200": "about 700,000 chips",
  "#/order/order.bytedance.h200-trial": "about 20,000 chips",
  "#/rules?chip=h200&destination=cn": "controlled licences",
  [`#/why/${encodeURIComponent(ENTRY)}`]: "002-01 was published later",
  "#/log": "usage.bytedance",
  "#/event/002-01": "South China Morning Post",
  "#/operate": "All is well.",
};

before(() => server.demo());

async function violations(page) {
  await page.evaluate(AXE);
  const { violations: found } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  return found.map(each => `${each.id}: ${each.nodes.slice(0, 3).map(node => node.target.join(" ")).join(", ")}`);
}

for (const [colorScheme, width] of [["light", 1280], ["dark", 700]]) {
  test(`every view, ${colorScheme}, ${width} wide`, async () => {
    const { context, page, faults } = await open({ colorScheme, viewport: { width, height: 900 } });
    for (const [hash, words] of Object.entries(VIEWS)) {
      await go(page, server, hash);
      await page.locator("main :not(title)").getByText(words).filter({ visible: true }).first().waitFor();
      assert.deepEqual(await violations(page), [], hash);
      const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.equal(over, 0, `${hash} is wider than the window`);
    }
    const paper = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    assert.equal(paper, colorScheme === "light" ? "rgb(255, 255, 255)" : "rgb(13, 17, 23)");
    assert.deepEqual(faults, []);
    await context.close();
  });
}

test("at 200 % and at 80 % nothing is cut", async () => {
  for (const [width, deviceScaleFactor] of [[640, 2], [1600, 0.8]]) {
    const { context, page } = await open({ viewport: { width, height: 700 }, deviceScaleFactor });
    for (const hash of Object.keys(VIEWS)) {
      await go(page, server, hash);
      const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.equal(over, 0, `${hash} is wider than the window`);
    }
    await context.close();
  }
});

test("what one looks at survives a reload and can be sent to others", async () => {
  server.append({ eventId: "console-tt", aliasChange: { entity: "tiktok", kind: "ENTITY_KIND_COMPANY", alias: "TikTok", change: "ALIAS_OPERATION_ADD" } });
  const { context, page } = await open();
  await go(page, server, "#/company/bytedance");
  const section = page.getByRole("region", { name: "2026 · ByteDance · AI chips · forward", exact: true });
  await section.getByText("100bn CNY (plan)").first().waitFor();
  await page.getByLabel("Public by").fill("2025-12-31");
  await page.getByRole("button", { name: "Show", exact: true }).click();
  await page.getByText("only what was public by 31 Dec 2025").waitFor();
  await section.getByText("about 85bn CNY (plan)").first().waitFor();
  assert.equal(await section.getByText("100bn CNY (plan)").count(), 0);
  await page.reload();
  await page.getByText("only what was public by 31 Dec 2025").waitFor();
  assert.equal(await page.getByLabel("Public by").inputValue(), "2025-12-31");
  await section.getByText("about 85bn CNY (plan)").first().waitFor();
  assert.equal(await section.getByText("100bn CNY (plan)").count(), 0);
  // What the log knew, in place of what was public.
  await page.getByLabel("This log at").fill("117");
  assert.equal(await page.getByLabel("Public by").inputValue(), "");
  await page.getByRole("button", { name: "Show", exact: true }).click();
  await page.getByText("not live: a past time is chosen").waitFor();
  await page.getByText("As of position 117").waitFor();
  await section.getByText("100bn CNY (plan)").first().waitFor();
  await page.getByLabel("This log at").fill("yesterday");
  await page.getByRole("button", { name: "Show", exact: true }).click();
  await page.getByText("neither a position nor a time").waitFor();
  await page.getByLabel("This log at").fill("2000-01-01");
  await page.getByRole("button", { name: "Show", exact: true }).click();
  await page.getByText("Nothing is known to hold at the time that you chose").first().waitFor();
  await page.goBack();
  await page.getByText("As of position 117").waitFor();
  await context.close();
});

test("a company is found in any script, a chip by a part of its name", async () => {
  server.append(
    { eventId: "console-zh", aliasChange: { entity: "bytedance", kind: "ENTITY_KIND_COMPANY", alias: "字节跳动", language: "zh", change: "ALIAS_OPERATION_ADD" } });
  const { context, page } = await open({ locale: "zh-CN" });
  await go(page, server, "#/search");
  const box = page.getByRole("searchbox");
  for (const [typed, hit] of [["بايت", "بايت دانس"], ["节跳", "字节跳动"], ["YTED", "ByteDance"], ["200", "H200"]]) {
    await box.fill(typed);
    await page.locator(".results a").first().getByText(hit, { exact: true }).waitFor();
  }
  await box.fill("nobody at all");
  await page.getByText("Nothing has").waitFor();
  await box.fill("节跳");
  await box.press("Enter");
  await page.getByRole("heading", { level: 1, name: "字节跳动" }).waitFor();
  // By a name that the server resolves, and by one that it does not know.
  await go(page, server, `#/company/${encodeURIComponent("بايت دانس")}`);
  await page.getByText("100bn CNY (plan)").first().waitFor();
  const rtl = await page.locator("h1 bdi").evaluate(element => getComputedStyle(element).unicodeBidi);
  assert.equal(rtl, "isolate");
  await go(page, server, "#/company/bytedanse");
  await page.getByText("Nothing in the log is about a company called").waitFor();
  await context.close();
});

test("a picture and its table have the same content", async () => {
  const { context, page } = await open();
  await go(page, server, "#/company/bytedance");
  const section = page.getByRole("region", { name: "2026 · ByteDance · AI chips · forward", exact: true });
  // Named once the names have come.
  await section.waitFor();
  const marks = await section.locator("a.mark").evaluateAll(all => all.map(mark => mark.querySelector("title").textContent.split(" — ")[0]));
  const rows = await section.locator("tbody tr").evaluateAll(all =>
    all.map(row => `${row.cells[0].innerText}, ${row.cells[1].innerText}`));
  assert.equal(marks.length, 3);
  assert.deepEqual(marks, rows);
  await go(page, server, "#/rules?chip=h200&destination=cn&jurisdiction=us");
  const bands = await page.locator(".picture .mark").count();
  const spans = await page.locator("tbody tr:not(.ended)").count();
  assert.equal(bands, spans);
  assert.ok(bands > 3);
  // Five shades, and no two states of one.
  const fills = await page.locator(".legend rect:first-child").evaluateAll(all => all.slice(0, 6).map(rect => getComputedStyle(rect).fill));
  assert.equal(new Set(fills).size, 6);
  await context.close();
});

test("everything is done by the keyboard alone", async () => {
  const { context, page } = await open();
  await go(page, server, "#/company/bytedance");
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.innerText), "Skip to the content");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.id), "content");
  const figure = page.locator("figure.picture").first();
  await figure.locator("a.mark").first().focus();
  await page.keyboard.press("+");
  await page.waitForFunction(() => location.hash.includes("from="));
  const zoomed = await page.evaluate(() => location.hash);
  await page.locator("figure.picture button").first().focus();
  await page.keyboard.press("ArrowRight");
  await page.waitForFunction(before => location.hash !== before, zoomed);
  await page.keyboard.press("0");
  await page.waitForFunction(() => !location.hash.includes("from="));
  await page.getByRole("region", { name: "2026 · ByteDance · AI chips · forward", exact: true }).locator("a.mark").first().focus();
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "Event 002-01" }).waitFor();
  await context.close();
});

test("the log is paged both ways, filtered, and an event has its call for a shell", async () => {
  const { context, page } = await open();
  await go(page, server, "#/log");
  const first = () => page.locator("tbody tr").first().locator("td").first().innerText();
  const newest = Number(await first());
  await page.getByRole("link", { name: "Older" }).first().click();
  await page.waitForFunction(() => location.hash.includes("before="));
  await page.waitForFunction(was => Number(document.querySelector("tbody td")?.innerText ?? was) < was, newest);
  assert.equal(Number(await first()), newest - 50);
  await page.getByRole("link", { name: "Newer" }).first().click();
  await page.waitForFunction(was => Number(document.querySelector("tbody td")?.innerText) === was, newest);
  await page.getByLabel("Kind").selectOption("CHIP_SUPPLY");
  await page.waitForFunction(() => [...document.querySelectorAll("tbody tr")].map(row => row.cells[4].innerText.trim()).join().startsWith("chip supply,"));
  await page.getByText("Ask the same elsewhere").click();
  const call = await page.locator("pre[aria-label=curl]").innerText();
  assert.match(call, /^curl .*EVENT_TYPE_CHIP_SUPPLY.*\/chipline\.v1\.EventLogService\/ListEvents'$/);
  await context.close();
});

test("the log looks further where the page stopped, and Operate shows what it may", async () => {
  const { context, page, faults } = await open();
  let looks = 0;
  await page.route("**/chipline.v1.EventLogService/ListEvents", async route => {
    const body = JSON.parse(route.request().postData());
    if (!body.backward) return route.continue();
    if (++looks <= 8) return route.fulfill({ contentType: "application/json", body: `{"nextPageToken":"t${looks}","headPosition":"9"}` });
    assert.equal(body.pageToken, "t8");
    return route.continue({ postData: JSON.stringify({ ...body, pageToken: undefined }) });
  });
  await go(page, server, "#/log?chip=h200");
  await page.getByRole("button", { name: "Look further" }).click();
  await page.locator("tbody tr").first().waitFor();
  assert.equal(looks, 9);

  await page.route("**/chipline.v1.AdminService/GetCluster", route => route.fulfill({ status: 403, contentType: "application/json", body: '{"code":"permission_denied","message":"no cluster"}' }));
  await go(page, server, "#/operate");
  await page.getByText("no cluster").waitFor();
  await page.getByText("No cursor has been committed").waitFor();
  await page.getByText("Head of the log").waitFor();
  // What this server does not have, or does not tell, is said.
  await page.getByRole("heading", { name: "Groups of consumers and parked events" }).waitFor();
  await page.getByText("This server has none").waitFor();
  await page.getByText("No call of this server lists its backups").waitFor();
  await page.getByText("All is well in what could be read").waitFor();
  assert.deepEqual(faults, []);
  await context.close();
});

test("a picture ends where days end", async () => {
  const { context, page, faults } = await open();
  await go(page, server, "#/company/bytedance");
  await page.locator("figure.picture a.mark").first().waitFor();
  await page.locator("figure.picture button").first().focus();
  for (let i = 0; i < 30; ++i) {
    await page.keyboard.press("-");
    await page.waitForTimeout(20);
  }
  await page.waitForFunction(() => location.hash.includes("from=0001-01-01&to=9999-12-31"));
  assert.deepEqual(faults, []);
  await context.close();
});

test("on paper there is no navigation, and the tables are whole", async () => {
  const { context, page } = await open({ colorScheme: "dark" });
  await go(page, server, "#/company/bytedance");
  await page.emulateMedia({ media: "print" });
  assert.equal(await page.locator("nav").isVisible(), false);
  assert.equal(await page.locator("table").first().isVisible(), true);
  assert.equal(await page.evaluate(() => getComputedStyle(document.body).backgroundColor), "rgb(255, 255, 255)");
  await context.close();
});
