// Several companies' spending of one period, side by side.

import assert from "node:assert/strict";
import { before, test } from "node:test";
import { Server, go, open } from "./setup.mjs";

const server = new Server();
before(() => server.demo());

function spending(eventId, company, basis, amount, period = { kind: "PERIOD_KIND_CALENDAR", edtf: "2025" }) {
  return {
    eventId,
    source: { origin: { kind: "ORIGIN_KIND_FILING" }, hops: [{ publisher: { mention: company }, relation: "HOP_RELATION_PRIMARY", published: { edtf: "2026-11-01" } }] },
    capexAnnouncement: { companies: [{ id: company }], scope: "CAPEX_SCOPE_AI_CHIPS", period, basis: `CAPEX_BASIS_${basis}`, amount, accounting: "ACCOUNTING_CAPEX" },
  };
}

const exact = (currency, units, more = {}) => ({ currency, value: { units }, bound: "BOUND_EXACT", ...more });
const table = page => page.getByRole("region", { name: "Figures side by side" });
const row = (page, company) => table(page).locator("tbody tr").filter({ has: page.getByRole("cell", { name: company, exact: true }) });

test("guidance stands beside what was spent, each in its own currency", async () => {
  const conversion = { statedConversions: [{ currency: "USD", value: { units: "11000000000" } }] };
  server.append(
    spending("cmp-1", "alibaba", "GUIDANCE", exact("CNY", "70000000000")), spending("cmp-2", "alibaba", "ACTUAL", exact("CNY", "78500000000", conversion)),
    spending("cmp-3", "baidu", "GUIDANCE", { currency: "CNY", low: { units: "5000000000" }, high: { units: "7000000000" }, bound: "BOUND_RANGE" }),
    spending("cmp-4", "baidu", "ACTUAL", exact("CNY", "6000000000")),
    spending("cmp-5", "tencent", "GUIDANCE", exact("CNY", "90000000000")), spending("cmp-6", "tencent", "ACTUAL", exact("USD", "12000000000")),
    spending("cmp-7", "meta", "GUIDANCE", exact("USD", "60000000000", { approximate: true })), spending("cmp-8", "meta", "ACTUAL", exact("USD", "61000000000")),
    spending("cmp-9", "oracle", "ACTUAL", exact("USD", "40000000000"), { kind: "PERIOD_KIND_CALENDAR", edtf: "2025-40" }));
  const { context, page, faults } = await open();
  await go(page, server, `#/compare?period=calendar:2025&companies=${encodeURIComponent("alibaba|baidu|tencent|meta|oracle|bytedance")}`);
  await row(page, "Alibaba").getByText("8.5bn CNY above guidance").waitFor();
  const cells = company => row(page, company).locator("td").allInnerTexts();
  assert.match((await cells("Alibaba"))[1], /^70bn CNY \(guidance\)/);
  assert.match((await cells("Alibaba"))[2], /^78.5bn CNY \(actual\)[^]*11bn USD as stated/);
  assert.match((await cells("Baidu"))[3], /^within guidance/);
  assert.match((await cells("Tencent"))[3], /another currency/);
  assert.match((await cells("Meta"))[3], /only “about”/);
  assert.match((await cells("ByteDance"))[2], /^not reported/);
  // Nothing is converted: no dollar for whom no report has one.
  assert.doesNotMatch((await cells("Baidu")).join(), /USD/);
  // A half is no year: it is said apart.
  assert.equal(await row(page, "oracle").count(), 0);
  await page.getByText("oracle: nothing is reported of this period. There is something of H1 2025.").waitFor();
  await page.getByRole("region", { name: "Other periods that share days with this one" }).getByText("40bn USD").waitFor();
  // A picture a currency, each bar of it with a figure of that currency alone.
  for (const currency of ["CNY", "USD"]) {
    const bars = await page.locator(`figure[aria-label*="figures in ${currency}"] g.mark`).evaluateAll(all => all.map(bar => bar.getAttribute("aria-label")));
    assert.ok(bars.length >= 3 && bars.every(each => each.endsWith(currency)), bars.join());
  }
  assert.deepEqual(faults, []);
  await context.close();
});

test("companies are chosen by box and by name, and what is chosen is the address", async () => {
  const { context, page, faults } = await open();
  await go(page, server, "#/compare?period=calendar:2024-40&companies=baidu");
  await row(page, "Baidu").first().getByText("4.2bn CNY").waitFor();
  assert.equal(await page.getByRole("checkbox", { name: "Baidu" }).isChecked(), true);
  await page.getByRole("checkbox", { name: "Tencent" }).check();
  await row(page, "Tencent").first().getByText("23bn CNY").first().waitFor();
  await row(page, "Tencent").first().getByText("growth 176 % on the year, as stated").waitFor();
  await page.getByLabel("Another company").fill("بايت دانس");
  await page.keyboard.press("Enter");
  await page.getByText("ByteDance: nothing is reported of this period").waitFor();
  assert.equal(await page.getByRole("checkbox", { name: "ByteDance" }).isChecked(), true);
  await page.reload();
  await row(page, "Tencent").first().waitFor();
  await page.getByText("ByteDance: nothing is reported of this period").waitFor();
  // The group's figure comes with each of its members and stands once.
  assert.equal(await table(page).locator("tbody tr", { hasText: "(together)" }).count(), 1);
  await page.getByText("Ask the same elsewhere").click();
  assert.equal((await page.locator("pre[aria-label=curl]").innerText()).split("\n").length, 3);
  await page.getByRole("checkbox", { name: "Tencent" }).uncheck();
  await page.waitForFunction(() => !location.hash.includes("tencent"));
  await page.getByRole("combobox", { name: "Period" }).selectOption("calendar:2024");
  await page.getByText("Baidu: nothing is reported of this period").waitFor();
  assert.deepEqual(faults, []);
  await context.close();
});

test("what is compared is live, and is as of one position where a past one is asked", async () => {
  const { context, page, faults } = await open();
  await go(page, server, `#/compare?period=calendar:2025&companies=${encodeURIComponent("alibaba|baidu")}`);
  await page.locator(".live").waitFor();
  server.append(spending("cmp-20", "baidu", "ACTUAL", exact("CNY", "8000000000")));
  await row(page, "Baidu").getByText("above guidance").waitFor();
  await page.getByLabel("This log at").fill("117");
  await page.getByRole("button", { name: "Show", exact: true }).click();
  await page.getByText("As of position 117").waitFor();
  await page.getByText("Nothing is known to hold at the time that you chose").waitFor();
  assert.equal(await page.locator(".live").count(), 0);
  assert.equal(await page.getByText("8bn CNY").count(), 0);
  assert.deepEqual(faults, []);
  await context.close();
});
