// Names that would do harm, and callers who may not read.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ROOT, Server, go, open, settled } from "./setup.mjs";

const SCRIPT = "<img src=x onerror=\"globalThis.harmed=1\"><script>globalThis.harmed=1</script>";
const TURNED = "safe\u202egnp.exe\u2066";
const HIDDEN = "By\u200bte\u0007";
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b\u202a-\u202e]/;

test("hostile names do nothing and hide nothing", async () => {
  const server = await new Server().start();
  const alias = (eventId, entity, text, kind) => ({ eventId, aliasChange: { entity, kind: `ENTITY_KIND_${kind}`, alias: text, change: "ALIAS_OPERATION_ADD" } });
  const source = {
    origin: { kind: "ORIGIN_KIND_UNNAMED", verbatim: SCRIPT },
    hops: [{ publisher: { mention: TURNED }, relation: "HOP_RELATION_PRIMARY", url: "javascript:globalThis.harmed=1", published: { edtf: "2026-01-01" }, verbatim: SCRIPT }],
  };
  server.append(
    alias("a1", "evil", SCRIPT, "COMPANY"), alias("a2", "evil", TURNED, "COMPANY"), alias("a3", "evil-chip", HIDDEN, "CHIP"),
    { eventId: "<b>e1</b>", source, capexAnnouncement: { companies: [{ id: "evil" }], scope: "CAPEX_SCOPE_OTHER", scopeText: SCRIPT + TURNED, basis: "CAPEX_BASIS_PLAN", amount: { currency: "CNY", value: { units: "5" }, bound: "BOUND_EXACT", verbatim: TURNED }, period: { kind: "PERIOD_KIND_CALENDAR", edtf: "2026" }, accounting: "ACCOUNTING_CAPEX" } },
    { eventId: "o1", source, chipOrder: { orderId: TURNED, buyers: [{ id: "evil" }], supplier: { id: "evil" }, chips: [{ id: "evil-chip" }], stage: "ORDER_STAGE_PLACED", modality: "MODALITY_REPORTED", conditions: [SCRIPT, HIDDEN] } });
  const { context, page, faults } = await open();
  for (const hash of ["#/today", "#/search?q=evil", "#/company/evil", "#/chip/evil-chip", "#/log", `#/event/${encodeURIComponent("<b>e1</b>")}`,
    `#/company/${encodeURIComponent(SCRIPT)}`, `#/search?q=${encodeURIComponent(TURNED)}`, `#/${encodeURIComponent(SCRIPT)}`]) {
    await go(page, server, hash);
    const shown = await page.evaluate(() => document.body.innerText);
    assert.doesNotMatch(shown, CONTROLS, hash);
    const attributes = await page.evaluate(() => [...document.querySelectorAll("[aria-label], [title]")]
      .map(each => (each.getAttribute("aria-label") ?? "") + (each.getAttribute("title") ?? "")).join("\n"));
    assert.doesNotMatch(attributes, CONTROLS, hash);
    assert.equal(await page.locator("main img, main script, a[href^='javascript']").count(), 0, hash);
  }
  await go(page, server, "#/search?q=gnp");
  await page.getByText("safe\\u202egnp.exe\\u2066").first().waitFor();
  await go(page, server, `#/why/${encodeURIComponent("order/order.evil.x")}`);
  assert.equal(await page.evaluate(() => globalThis.harmed), undefined);
  assert.deepEqual(faults, []);
  await context.close();
});

// A server with the demo's events that lets "alice" read what `permissions` say, and her token.
async function guarded(permissions) {
  const tool = join(ROOT, "deploy/test-ca");
  const server = await new Server().demo();
  await server.kill();
  const ca = join(server.folder, "ca");
  execFileSync(tool, ["init", ca]);
  const policy = join(server.folder, "policy.txtpb");
  writeFileSync(policy, `roles { name: "reader" ${permissions} }\nbindings { role: "reader" principals: ["sub:alice"] }`);
  server.flags = ["--tls-cert", join(ca, "server.pem"), "--tls-key", join(ca, "server.key"), "--token-key", join(ca, "token.pem"),
    "--token-issuer", "test-ca", "--token-audience", "chipline", "--policy", policy];
  await server.start();
  return { url: `https://127.0.0.1:${server.httpPort}/`, alice: execFileSync(tool, ["token", ca, "alice"], { encoding: "utf8" }).trim() };
}

const methods = (...all) => `methods: [${all.map(each => `"chipline.v1.${each}"`).join(", ")}]`;

test("after the token is forgotten nothing is left of what it read; what is no token is refused", async () => {
  const { url, alice } = await guarded(`permissions { subjects: "capex.>" ${methods("EventLogService/ListEvents", "EventLogService/GetEvent", "SubscriptionService/Subscribe")} }
    permissions { ${methods("EventLogService/GetHead", "TimelineService/GetTimeline", "TimelineService/ListTimelines", "TimelineService/WatchTimelines", "TimelineService/ExplainEntry")} }`);
  const { context, page, faults } = await open({ ignoreHTTPSErrors: true });
  await page.goto(url + "#/search");
  const use = async text => {
    await page.getByLabel("Bearer token").fill(text);
    await page.getByRole("button", { name: "Use it" }).click();
  };
  await use("tok\u20acn");
  await page.getByText("This is no token").waitFor();
  assert.equal(await page.locator(".away").count(), 0);
  await use(alice);
  // She may read some subjects: the aliases are not among them, the ids are there all the same.
  await page.getByRole("heading", { name: "Everything there is" }).waitFor();
  await page.getByRole("link", { name: "bytedance" }).first().waitFor();
  assert.equal(await page.getByRole("navigation").getByRole("link", { name: "Log" }).count(), 1);
  await page.goto(url + "#/log?subject=capex.%3E");
  await page.locator("tbody tr").first().waitFor();
  for (const hash of ["#/today", "#/company/bytedance", "#/search"]) {
    await page.goto(url + hash);
    await page.getByText(hash === "#/search" ? "bytedance" : "CNY").first().waitFor();
    await page.getByRole("button", { name: "Forget the token" }).click();
    await page.getByText("answers only to callers whom it knows").waitFor();
    // The name in the address is no figure.
    const left = await page.evaluate(() => [...document.querySelectorAll("main, header")].map(each => each.innerText).join());
    assert.doesNotMatch(left, /CNY|h200|position \d/, hash);
    if (hash === "#/search") assert.doesNotMatch(left, /bytedance/);
    await use(alice);
    await page.getByText("A token is in use").waitFor();
  }
  assert.deepEqual(faults, []);
  await context.close();
});

test("an alias that is withdrawn in other letters is gone, and names go on where they were cut", async () => {
  const server = await new Server().start();
  const alias = (eventId, entity, text, change = "ADD") => ({ eventId, aliasChange: { entity, kind: "ENTITY_KIND_COMPANY", alias: text, change: `ALIAS_OPERATION_${change}` } });
  server.append(alias("f1", "folded", "Foo Bar-Works"), alias("f2", "folded", "Kept"));
  server.append(alias("f3", "folded", "\uff26oo  BARWORKS", "REMOVE"));
  server.append(...Array.from({ length: 30 }, (_, i) => alias(`n${i}`, `many-${i}`, `Name ${i}`)));
  const { context, page, faults } = await open();
  await go(page, server, "#/search?q=folded");
  await page.getByText("Kept").first().waitFor();
  assert.ok(!(await page.locator(".results").innerText()).includes("Foo Bar"));
  // As if a page had one event: the first reading ends at the twentieth.
  const cut = await context.newPage();
  await cut.route("**/chipline.v1.EventLogService/ListEvents", route => route.continue({ postData: route.request().postData().replace('"pageSize":1000', '"pageSize":1') }));
  await cut.goto(server.url("#/search?q=many"));
  await cut.getByText("a name may be missing here").waitFor();
  await cut.evaluate(() => (location.hash = "#/log"));
  await cut.getByRole("heading", { name: "Log" }).waitFor();
  await cut.evaluate(() => (location.hash = "#/search?q=many-29"));
  await cut.getByText("Name 29").first().waitFor();
  assert.deepEqual(faults, []);
  await context.close();
});

test("who has no token, a wrong one, or one that may not read everything, is told", async () => {
  const tool = join(ROOT, "deploy/test-ca");
  const server = new Server();
  const ca = join(server.folder, "ca");
  execFileSync(tool, ["init", ca]);
  const policy = join(server.folder, "policy.txtpb");
  const events = ["EventLogService/ListEvents", "EventLogService/GetEvent", "SubscriptionService/Subscribe"];
  const others = ["EventLogService/GetHead", "TimelineService/GetTimeline", "TimelineService/ListTimelines",
    "TimelineService/WatchTimelines", "TimelineService/ExplainEntry"];
  const named = methods => methods.map(each => `"chipline.v1.${each}"`).join(", ");
  writeFileSync(policy, `roles { name: "reader" permissions { subjects: ">" methods: [${named(events)}] } permissions { methods: [${named(others)}] } }
bindings { role: "reader" principals: ["sub:alice"] }`);
  server.flags = ["--tls-cert", join(ca, "server.pem"), "--tls-key", join(ca, "server.key"), "--token-key", join(ca, "token.pem"),
    "--token-issuer", "test-ca", "--token-audience", "chipline", "--policy", policy];
  await server.start();
  const url = `https://127.0.0.1:${server.httpPort}/`;
  const alice = execFileSync(tool, ["token", ca, "alice"], { encoding: "utf8" }).trim();
  const { context, page, faults } = await open({ ignoreHTTPSErrors: true });
  const asked = [];
  page.on("request", request => asked.push(request.url()));
  await page.goto(url + "#/search");
  await page.getByText("answers only to callers whom it knows").waitFor();
  await page.getByLabel("Bearer token").fill("x.y.z");
  await page.getByRole("button", { name: "Use it" }).click();
  await page.getByText("The server does not take this token").waitFor();
  await page.getByLabel("Bearer token").fill(alice);
  await page.getByRole("button", { name: "Use it" }).click();
  await page.getByText("A token is in use").waitFor();
  await page.getByText("The log is empty").waitFor();
  // Kept for the tab, over a reload, and in no address.
  await page.reload();
  await page.getByText("The log is empty").waitFor();
  assert.ok(asked.every(each => !each.includes(alice)));
  assert.ok(!(await page.evaluate(() => location.href)).includes(alice));
  assert.equal(await page.evaluate(() => localStorage.length), 0);
  assert.deepEqual(await context.cookies(), []);
  // A view that the policy denies is hidden, and it is said.
  await page.goto(url + "#/operate");
  await page.getByText("Your token may not read this").waitFor();
  await page.getByText("Hidden, since your token may not read it: Operate.").waitFor();
  assert.equal(await page.getByRole("navigation").getByRole("link", { name: "Operate" }).count(), 0);
  // Another tab has no token.
  const other = await context.newPage();
  await other.goto(url);
  await other.getByText("answers only to callers whom it knows").waitFor();
  await page.getByRole("button", { name: "Forget the token" }).click();
  await page.getByText("answers only to callers whom it knows").waitFor();
  assert.equal(await page.evaluate(() => sessionStorage.length), 0);
  await settled(page).catch(() => undefined);
  assert.deepEqual(faults, []);
  await context.close();
});
