// What changes while one looks, and what happens when the server goes away.

import assert from "node:assert/strict";
import { before, test } from "node:test";
import { Server, go, open } from "./setup.mjs";

const server = new Server();
before(() => server.demo());

function plan(eventId, units, links) {
  return {
    eventId,
    ...(links ? { links } : {}),
    source: { origin: { kind: "ORIGIN_KIND_FILING" }, hops: [{ publisher: { mention: "ByteDance" }, relation: "HOP_RELATION_PRIMARY", published: { edtf: "2026-02-01" } }] },
    capexAnnouncement: {
      companies: [{ mention: "ByteDance" }], scope: "CAPEX_SCOPE_AI_CHIPS", period: { kind: "PERIOD_KIND_CALENDAR", edtf: "2026" },
      basis: "CAPEX_BASIS_PLAN", amount: { currency: "CNY", value: { units }, bound: "BOUND_EXACT" }, accounting: "ACCOUNTING_CAPEX",
    },
  };
}

test("what is appended is shown without a reload, with what was before", async () => {
  const { context, page, faults } = await open();
  await go(page, server, "#/company/bytedance");
  await page.locator(".live").waitFor();
  const section = page.getByRole("region", { name: "2026 · ByteDance · AI chips · forward", exact: true });
  await section.getByText("100bn CNY (plan)").first().waitFor();
  server.append(plan("console-1", "123000000000"));
  await section.locator(".headline").getByText("123bn CNY (plan)").waitFor();

  const today = await context.newPage();
  await go(today, server, "#/today");
  const first = today.locator(".changes > li").first();
  await first.getByText("100bn CNY", { exact: false }).waitFor();
  await first.getByText("123bn CNY").waitFor();
  server.append(plan("console-2", "124000000000", [{ relation: "LINK_RELATION_CORRECTS", eventId: "console-1" }]));
  await first.getByText("124bn CNY").waitFor();
  await first.getByText("123bn CNY").waitFor();

  await go(today, server, "#/log");
  await today.waitForFunction(() => document.querySelector("tbody tr").innerText.includes("console-2"));
  server.append(plan("console-3", "125000000000"));
  await today.getByText("1 new event").waitFor();
  await today.getByRole("button", { name: "Show them" }).click();
  await today.waitForFunction(() => document.querySelector("tbody tr").innerText.includes("console-3"));
  assert.deepEqual(faults, []);
  await context.close();
});

// The page's next readings of timelines wait for the returned function, or fail.
async function holdReadings(page, answer) {
  const held = { n: 0 };
  held.released = new Promise(done => (held.release = done));
  await page.route("**/chipline.v1.TimelineService/GetTimeline", async route => {
    if (answer) return route.fulfill(answer);
    if (route.request().postData().includes("known")) return route.continue();
    held.n++;
    await held.released;
    await route.continue().catch(() => undefined);
  });
  return held;
}

test("a reading of the present that comes late does not stand under a past time", async () => {
  const { context, page, faults } = await open();
  await go(page, server, "#/company/bytedance");
  await page.locator(".live").waitFor();
  const basis = page.locator(".basis").first();
  const held = await holdReadings(page);
  server.append(plan("console-late", "126000000000"));
  for (let i = 0; held.n === 0 && i < 3000; ++i) await page.waitForTimeout(20);
  assert.ok(held.n > 0, "the append was not read anew");
  // Where the append of the demo ends.
  await page.evaluate(() => (location.hash = "#/company/bytedance?known=117"));
  await basis.getByText("As of position 117").waitFor();
  held.release();
  await page.waitForTimeout(1500);
  assert.match(await basis.innerText(), /As of position 117\b/);
  assert.deepEqual(faults, []);
  await context.close();
});

test("what could not be read anew is not called live", async () => {
  const { context, page } = await open();
  await go(page, server, "#/company/bytedance");
  await page.locator(".live").waitFor();
  await holdReadings(page, { status: 429, contentType: "application/json", body: '{"code":"resource_exhausted"}' });
  server.append(plan("console-unread", "127000000000"));
  await page.locator("main").getByText("Too much is asked at once").first().waitFor();
  assert.equal(await page.locator(".live").count(), 0);
  assert.ok(await page.locator(".headline").first().isVisible());
  await page.unroute("**/chipline.v1.TimelineService/GetTimeline");
  server.append(plan("console-read", "128000000000"));
  await page.locator(".live").waitFor();
  await context.close();
});

test("what takes effect soon, what is blocked and what is in conflict stand under today", async () => {
  const day = days => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
  const rule = (eventId, effect, effective) => ({
    eventId,
    source: { origin: { kind: "ORIGIN_KIND_OFFICIAL" }, hops: [{ publisher: { mention: "BIS" }, relation: "HOP_RELATION_PRIMARY", published: { edtf: "2026-01-02" } }] },
    exportRuleChange: {
      nature: "RULE_NATURE_CHANGE", jurisdiction: { id: "us" }, gate: "GATE_KIND_EXPORT", instrument: "RULE_INSTRUMENT_REGULATION", chips: [{ id: "b30" }],
      destinations: [{ id: "cn" }], effect, status: "RULE_STATUS_IN_FORCE", effective: { edtf: effective }, appliesTo: "APPLIES_TO_ALL",
    },
  });
  server.append(
    rule("console-r1", "RULE_EFFECT_PROHIBITED", "2026-01-02"), rule("console-r2", "RULE_EFFECT_ALLOWED", day(30)), rule("console-r3", "RULE_EFFECT_PROHIBITED", day(200)),
    { eventId: "console-o1", chipOrder: { orderId: "b30-order", buyers: [{ id: "bytedance" }], supplier: { id: "nvidia" }, chips: [{ id: "b30" }], destination: { id: "cn" }, stage: "ORDER_STAGE_PLACED", modality: "MODALITY_REPORTED" } });
  const { context, page, faults } = await open();
  await go(page, server, "#/today");
  const under = heading => page.locator(`h2:has-text("${heading}") + p, h2:has-text("${heading}") + ul`);
  const soon = page.locator("ul.changes > li", { hasText: "denied → not required" });
  await soon.filter({ hasText: "b30" }).first().waitFor();
  // Of the rule and of the order that it holds up, and of nothing later.
  assert.equal(await soon.filter({ hasText: "b30" }).count(), 1);
  // What comes in 200 days is not soon.
  assert.equal(await page.locator("ul.changes > li", { hasText: "not required → denied" }).count(), 0);
  await under("Blocked or waiting").locator("li", { hasText: "b30-order" }).getByText("United States export denied").waitFor();
  await under("In conflict").locator("li", { hasText: "AI chips" }).first().waitFor();
  assert.deepEqual(faults, []);
  await context.close();
});

test("nothing is said to be absent before it has been asked for", async () => {
  const { context, page, faults } = await open();
  const held = [];
  let release;
  const released = new Promise(done => (release = done));
  for (const call of ["ListTimelines", "GetTimeline"]) {
    await page.route(`**/${call}`, async route => {
      held.push(call);
      await released;
      await route.continue();
    });
  }
  await page.addInitScript(() => {
    globalThis.untrue = "";
    new MutationObserver(() => {
      const text = document.body?.innerText ?? "";
      for (const words of ["No order is held up", "No claims contradict", "The log is empty", "Nothing in the log begins"]) if (text.includes(words)) untrue += words;
    }).observe(document, { childList: true, subtree: true, characterData: true });
  });
  await page.goto(server.url("#/search"));
  await page.getByText("Asking the server").first().waitFor();
  await page.evaluate(() => (location.hash = "#/today"));
  await page.getByRole("heading", { name: "Today" }).waitFor();
  await page.getByText("Asking the server").first().waitFor();
  release();
  await page.locator("ul.changes > li", { hasText: "b30-order" }).first().waitFor();
  await page.locator("ul.changes > li", { hasText: "denied → not required" }).first().waitFor();
  assert.ok(held.includes("ListTimelines") && held.includes("GetTimeline"));
  assert.equal(await page.evaluate(() => globalThis.untrue), "");
  assert.deepEqual(faults, []);
  await context.close();
});

test("the page never takes more than four calls and one stream at a time", async () => {
  const { context, page } = await open();
  await page.addInitScript(() => {
    const real = globalThis.fetch;
    globalThis.seen = { calls: 0, most: 0, streams: 0, mostStreams: 0, all: 0 };
    globalThis.fetch = async (path, options) => {
      const stream = options?.headers?.["Content-Type"]?.startsWith("application/connect");
      const [now, most] = stream ? ["streams", "mostStreams"] : ["calls", "most"];
      seen.all++;
      seen[most] = Math.max(seen[most], ++seen[now]);
      let ended = false;
      const done = () => {
        if (!ended) seen[now]--;
        ended = true;
      };
      if (stream) options.signal.addEventListener("abort", done);
      try {
        const answer = await real(path, options);
        // A call holds its connection until its body has been read.
        if (!stream) { const text = await answer.clone().text(); done(); return new Response(text, answer); }
        return answer;
      } catch (cause) {
        done();
        throw cause;
      }
    };
  });
  await go(page, server, "#/today");
  for (const [hash, title] of [["#/company/bytedance", "Company"], ["#/log", "Log"], ["#/chip/h200", "Chip"], ["#/today", "Today"]]) {
    await page.evaluate(to => (location.hash = to), hash);
    await page.waitForFunction(its => document.querySelector("h1")?.innerText.startsWith(its) &&
      !document.querySelector("main").innerText.includes("Asking the server"), title);
  }
  const seen = await page.evaluate(() => globalThis.seen);
  assert.ok(seen.all > 20, JSON.stringify(seen));
  // How many come together depends on how fast the server is.
  assert.ok(seen.most <= 4 && seen.most >= 2, JSON.stringify(seen));
  assert.equal(seen.mostStreams, 1, JSON.stringify(seen));
  await context.close();
});

test("a server that is killed and comes back is told, and the page goes on", async () => {
  const { context, page, faults } = await open();
  await go(page, server, "#/company/bytedance");
  await page.locator(".live").waitFor();
  const section = page.getByRole("region", { name: "2026 · ByteDance · AI chips · forward", exact: true });
  // Named once the names have come.
  await section.waitFor();
  await server.kill();
  await page.locator(".away").getByText("The server does not answer").waitFor();
  // What was read stays to be read.
  assert.ok(await section.locator(".headline").isVisible());
  await server.start();
  await page.locator(".away").waitFor({ state: "detached" });
  await page.locator(".live").waitFor();
  server.append(plan("console-9", "131000000000"));
  await section.locator(".headline").getByText("131bn CNY (plan)").waitFor();
  // A view that is opened while it is away comes when it is back.
  await server.kill();
  await page.locator(".away").waitFor();
  await page.evaluate(() => (location.hash = "#/order/order.bytedance.h200-trial"));
  await page.getByText("This is asked again when it is back").waitFor();
  await server.start();
  await page.getByRole("cell", { name: "about 20,000 chips" }).first().waitFor();
  assert.deepEqual(faults, []);
  await context.close();
});
