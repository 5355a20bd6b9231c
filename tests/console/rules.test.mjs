// Rules, for anybody and for whoever asks.

import assert from "node:assert/strict";
import { before, test } from "node:test";
import { Server, go, open } from "./setup.mjs";

const server = new Server();
before(() => server.demo());

function rule(eventId, effect, more) {
  return {
    eventId,
    source: { origin: { kind: "ORIGIN_KIND_OFFICIAL" }, hops: [{ publisher: { mention: "BIS" }, relation: "HOP_RELATION_PRIMARY", published: { edtf: "2026-01-02" } }] },
    exportRuleChange: {
      nature: "RULE_NATURE_CHANGE", jurisdiction: { id: "us" }, gate: "GATE_KIND_EXPORT", instrument: "RULE_INSTRUMENT_REGULATION", destinations: [{ id: "cn" }],
      effect: `RULE_EFFECT_${effect}`, status: "RULE_STATUS_IN_FORCE", effective: { edtf: "2026-01-02" }, appliesTo: "APPLIES_TO_ALL", ...more,
    },
  };
}

test("a rule is asked with buyer, seat and purpose, and the page says how it stands to them", async () => {
  server.append(
    rule("rule-1", "ALLOWED", { chips: [{ id: "c40" }] }),
    rule("rule-2", "PROHIBITED", { chips: [{ id: "c40" }], buyers: [{ id: "bytedance" }] }),
    rule("rule-3", "PROHIBITED", { chips: [{ id: "c40" }], purpose: "military use" }));
  const { context, page, faults } = await open();
  await go(page, server, "#/rules?chip=c40&destination=cn&buyer=alibaba");
  const section = page.getByRole("region", { name: "c40 → China · United States export", exact: true });
  const heading = section.locator("h2 .state");
  const asked = section.getByRole("region", { name: "As asked" });
  // For alibaba it is allowed unless it is for the military, which was not said.
  await heading.getByText("conditional").waitFor();
  await asked.locator("li", { hasText: "military use" }).getByText("may apply").waitFor();
  // By a name, in another script.
  await page.getByLabel("Buyer", { exact: true }).fill("بايت دانس");
  await page.getByLabel("Purpose", { exact: true }).fill("training");
  await page.getByRole("button", { name: "Show", exact: true }).first().click();
  await heading.getByText("denied").waitFor();
  await asked.getByRole("link", { name: "rule-2" }).first().waitFor();
  await page.locator("p.headline", { hasText: /^On .*: / }).getByText("United States export denied").waitFor();
  assert.match(decodeURIComponent(await page.evaluate(() => location.hash)), /buyer=بايت\+دانس&purpose=training/);
  const row = await section.locator(".picture a.mark, .picture g.mark").evaluateAll(all => all.map(mark => mark.querySelector("title").textContent));
  assert.ok(row.some(each => /^As asked, from .*: denied/.test(each)), row.join("\n"));
  await page.getByRole("button", { name: "For anybody" }).click();
  await page.waitForFunction(() => !location.hash.includes("buyer"));
  await heading.getByText("conditional").waitFor();
  // Its name stands as the log has it, and whoever looks at the chip finds the way here.
  assert.equal(await section.locator("h2").evaluate(heading => getComputedStyle(heading, "::first-letter").textTransform), "none");
  await go(page, server, "#/chip/c40");
  await page.getByRole("link", { name: "Ask these rules for a buyer" }).click();
  await page.getByRole("navigation").getByRole("link", { name: "Rules" }).and(page.locator("[aria-current=page]")).waitFor();
  assert.equal(await page.getByRole("textbox", { name: "chip" }).inputValue(), "c40");
  // A buyer alone is no question, and the page says what is missing.
  await go(page, server, "#/rules?buyer=alibaba");
  await page.getByText("Name a chip, a place or whose rule it is").waitFor();
  assert.deepEqual(faults, []);
  await context.close();
});

test("a rule in words that may be meant is told while one looks", async () => {
  server.append(rule("rule-10", "ALLOWED", { chips: [{ id: "c50" }] }));
  const { context, page, faults } = await open();
  await go(page, server, "#/rules?chip=c50&destination=cn&buyer=alibaba&purpose=training");
  const section = page.getByRole("region", { name: "c50 → China · United States export", exact: true });
  await section.locator("h2 .state").getByText("not required").waitFor();
  await page.locator(".live").waitFor();
  server.append(rule("rule-11", "PROHIBITED", { chipsText: "chips made for very large clusters" }));
  await section.locator("h2 .state").getByText("conditional").waitFor();
  await section.getByRole("region", { name: "As asked" }).getByRole("link", { name: "rule-11" }).first().waitFor();
  assert.deepEqual(faults, []);
  await context.close();
});
