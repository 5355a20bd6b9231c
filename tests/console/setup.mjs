// A server with the demo's events, and a browser that looks at its console.

import { spawn, execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const BINARY = process.env.CHIPLINE_BINARY;
const CHROMIUM = process.env.CHIPLINE_CHROMIUM ?? "/usr/bin/chromium";
// Patience for a machine that is busy.
export const PATIENCE_MS = Number(process.env.CHIPLINE_PATIENCE_MS ?? 60_000);

if (!BINARY) throw new Error("CHIPLINE_BINARY is not set");

function environment() {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith("CHIPLINE_"));
  return { ...Object.fromEntries(kept), LC_ALL: "C.UTF-8" };
}

// One server on free ports over a folder of its own. It ends with the test.
export class Server {
  constructor(...flags) {
    this.flags = flags;
    this.folder = mkdtempSync(join(tmpdir(), "chipline-console-"));
    this.httpPort = 0;
    after(() => this.close());
  }

  async start() {
    for (const name of ["port", "http"]) rmSync(join(this.folder, name), { force: true });
    this.said = "";
    this.process = spawn(join(ROOT, "tests/with_parent"), [
      String(process.pid), BINARY, "serve", "--data", join(this.folder, "data"), "--listen", "127.0.0.1:0",
      "--port-file", join(this.folder, "port"), "--http", `127.0.0.1:${this.httpPort}`,
      "--http-port-file", join(this.folder, "http"), ...this.flags], { env: environment() });
    for (const stream of [this.process.stdout, this.process.stderr]) stream.on("data", text => (this.said += text));
    this.ended = new Promise(done => this.process.once("exit", done));
    const begun = Date.now();
    while (!existsSync(join(this.folder, "port"))) {
      if (Date.now() - begun > PATIENCE_MS || this.process.exitCode !== null) throw new Error(`the server did not start: ${this.said}`);
      await Promise.race([this.ended, new Promise(done => setTimeout(done, 20))]);
    }
    this.httpPort = Number(readFileSync(join(this.folder, "http"), "utf8"));
    this.address = `127.0.0.1:${Number(readFileSync(join(this.folder, "port"), "utf8"))}`;
    return this;
  }

  async kill() {
    this.process.kill("SIGKILL");
    await this.ended;
  }

  async close() {
    if (this.process?.exitCode === null && this.process.signalCode === null) await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }

  url(hash = "") {
    return `http://127.0.0.1:${this.httpPort}/${hash}`;
  }

  importFile(file) {
    execFileSync(BINARY, ["import", file], { env: { ...environment(), CHIPLINE_SERVER: this.address } });
  }

  append(...events) {
    const file = join(this.folder, "events.ndjson");
    writeFileSync(file, events.map(event => JSON.stringify(event) + "\n").join(""));
    this.importFile(file);
  }

  async demo() {
    await this.start();
    this.importFile(join(ROOT, "deploy/demo/events.ndjson"));
    return this;
  }
}

let browser;

async function launched() {
  browser ??= await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox", "--disable-gpu"] });
  return browser;
}

after(() => browser?.close());

// A page in a profile of its own. What goes wrong in it, and what it asks of other hosts, is in `faults`.
export async function open(options = {}) {
  const context = await (await launched()).newContext({ viewport: { width: 1280, height: 900 }, locale: "en-GB", timezoneId: "UTC", ...options });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  const faults = [];
  page.on("pageerror", error => faults.push(String(error)));
  page.on("console", message => {
    // A call that was refused or found nobody is told on the page.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) faults.push(message.text());
  });
  page.on("request", request => {
    if (new URL(request.url()).hostname !== "127.0.0.1") faults.push(`asks ${request.url()}`);
  });
  return { context, page, faults };
}

// The view stands and asks nothing more.
export async function settled(page) {
  await page.locator("h1").waitFor();
  await page.waitForFunction(() => !document.querySelector("main").innerText.includes("Asking the server") &&
    // A picture is drawn once its width is known.
    [...document.querySelectorAll("figure.picture > div:last-child")].every(each => each.firstElementChild !== null));
}

export async function go(page, server, hash) {
  await page.goto(server.url(hash));
  await settled(page);
}
