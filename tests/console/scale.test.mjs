// Entries with many claims, a long log, many names. The figures of larger ones are in deploy/CONSOLE.md.

import assert from "node:assert/strict";
import { before, test } from "node:test";
import { Server, go, open } from "./setup.mjs";

const CLAIMS = 1_000;
const NAMES = 20_300;
const server = new Server();
before(() => server.start());

const day = i => new Date(Date.UTC(2023, 0, 1 + i)).toISOString().slice(0, 10);
const source = (i, kind) => ({ origin: { kind }, hops: [{ publisher: { mention: `outlet ${i % 50}` }, relation: "HOP_RELATION_PRIMARY", published: { edtf: day(i) } }] });
const plan = i => ({
  eventId: `c${i}`, source: source(i, "ORIGIN_KIND_PRESS"),
  capexAnnouncement: {
    companies: [{ id: "acme" }], scope: "CAPEX_SCOPE_AI_CHIPS", period: { kind: "PERIOD_KIND_CALENDAR", edtf: "2030" }, basis: "CAPEX_BASIS_PLAN",
    amount: { currency: "CNY", value: { units: `${50 + (i % 97)}000000000` }, bound: "BOUND_EXACT" }, accounting: "ACCOUNTING_CAPEX",
  },
});
const rule = i => ({
  eventId: `r${i}`, source: source(i, "ORIGIN_KIND_OFFICIAL"),
  exportRuleChange: {
    nature: "RULE_NATURE_CHANGE", jurisdiction: { id: "us" }, gate: "GATE_KIND_EXPORT", instrument: "RULE_INSTRUMENT_REGULATION", chips: [{ id: "b30" }], destinations: [{ id: "cn" }],
    effect: i % 2 ? "RULE_EFFECT_PROHIBITED" : "RULE_EFFECT_ALLOWED", status: "RULE_STATUS_IN_FORCE", effective: { edtf: day(i) }, appliesTo: "APPLIES_TO_ALL",
  },
});
const alias = i => ({ eventId: `a${i}`, aliasChange: { entity: `firm-${i}`, kind: "ENTITY_KIND_COMPANY", alias: `Firm No ${i}`, change: "ALIAS_OPERATION_ADD" } });
const many = (n, make) => Array.from({ length: n }, (_, i) => make(i));

test("an entry of many claims is drawn in few marks, and the page says so", async () => {
  server.append(...many(CLAIMS, plan), ...many(CLAIMS, rule));
  const { context, page, faults } = await open();
  await go(page, server, "#/company/acme");
  await page.getByText("1,000 claims").first().waitFor();
  await page.getByText("Picture and table have 33 of 1,000 claims; the shade in the picture is what all standing claims allow.").waitFor();
  await go(page, server, "#/rules?chip=b30&destination=cn&jurisdiction=us");
  await page.getByText(/^What held before .* is left out: there are too many changes/).waitFor();
  const titles = () => page.locator("figure.picture .mark").evaluateAll(all => all.map(mark => mark.querySelector("title").textContent));
  const whole = await titles();
  assert.ok(whole.length < 150, `${whole.length} marks`);
  const counted = row => whole.filter(each => each.startsWith(row)).reduce((n, each) => n + Number(/: (\d+) changes, too close/.exec(each)?.[1] ?? 1), 0);
  assert.equal(counted("for anybody"), await page.getByRole("region", { name: /^Table: / }).locator("tbody tr").count());
  // Nearer, each stands by itself.
  await page.evaluate(() => (location.hash += "&from=2025-01-01&to=2025-02-01"));
  await page.waitForFunction(() => [...document.querySelectorAll("figure.picture .mark title")].every(each => !each.textContent.includes("too close")));
  const near = (await titles()).filter(each => each.startsWith("for anybody"));
  assert.ok(near.length >= 30 && near.length <= 33, near.join("\n"));
  assert.deepEqual(faults, []);
  await context.close();
});

test("more names than the page reads at once: it says so, and looks further when asked", async () => {
  server.append(...many(NAMES, alias));
  // Until the timelines have followed, the page asks again by itself.
  await fetch(server.url("chipline.v1.TimelineService/GetTimeline"), {
    method: "POST", headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ query: { capex: { company: "acme" } }, minPosition: String(2 * CLAIMS + NAMES) }),
  }).then(answer => assert.equal(answer.status, 200));
  const { context, page, faults } = await open();
  await go(page, server, "#/search");
  // The first 20,000 do not have it.
  await page.getByText("a name may be missing here").waitFor();
  await page.evaluate(() => (location.hash = "#/search?q=No+19999"));
  await page.locator(".results a").first().getByText("Firm No 19999", { exact: true }).waitFor();
  const last = page.locator(".results a").first().getByText(`Firm No ${NAMES - 1}`, { exact: true });
  await page.getByRole("searchbox").fill(`No ${NAMES - 1}`);
  await page.getByText("Nothing has").waitFor();
  await page.getByRole("button", { name: "Look further" }).click();
  await last.waitFor();
  assert.equal(await page.getByText("a name may be missing here").count(), 0);
  assert.deepEqual(faults, []);
  await context.close();
});

test("a long log is paged from either end and at once in its middle", async () => {
  const { context, page, faults } = await open();
  const all = 2 * CLAIMS + NAMES;
  const first = () => page.locator("tbody tr").first().locator("td").first().innerText();
  await go(page, server, "#/log");
  assert.equal(await first(), String(all));
  await go(page, server, "#/log?before=10001");
  assert.equal(await first(), "10000");
  await page.getByRole("link", { name: "Newer" }).first().click();
  await page.waitForFunction(() => document.querySelector("tbody td")?.innerText === "10050");
  await go(page, server, "#/log?before=3");
  assert.equal(await first(), "2");
  assert.equal(await page.getByRole("link", { name: "Older" }).count(), 0);
  // What is rare is found, however far from the end.
  await go(page, server, "#/log?chip=b30");
  assert.equal(await first(), String(2 * CLAIMS));
  assert.deepEqual(faults, []);
  await context.close();
});
