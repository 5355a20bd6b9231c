// A client of Chipline in Node: append with retries, follow the log and watch a timeline from a saved place.
//
//     chipline proto --out proto
//     npm install @grpc/grpc-js @grpc/proto-loader
//     node example.mjs proto localhost:7417 append PREFIX COUNT | follow PLACE | watch COMPANY PLACE

import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import grpc from "@grpc/grpc-js";
import loader from "@grpc/proto-loader";

const [proto, server, action, ...words] = process.argv.slice(2);
if (words.length === 0) {
  console.error("example.mjs PROTO SERVER append PREFIX COUNT | follow PLACE | watch COMPANY PLACE");
  process.exit(1);
}
const files = ["event_log", "subscription", "timeline"].map((name) => `chipline/v1/${name}_service.proto`);
const { chipline } = grpc.loadPackageDefinition(
  loader.loadSync(files, { includeDirs: [proto], longs: String, enums: String }));
const open = (Service) =>
  new Service(server, grpc.credentials.createInsecure(), { "grpc.keepalive_time_ms": 20_000 });

// What may succeed later. An append is sent again with the same event ids, so it is never in the log twice.
const LATER = new Set([grpc.status.UNAVAILABLE, grpc.status.DEADLINE_EXCEEDED, grpc.status.RESOURCE_EXHAUSTED]);

// What `call` returns once it succeeds, after longer and longer waits.
async function retry(call) {
  for (let pause = 100; ; pause = Math.min(2 * pause, 2000)) {
    try {
      return await call();
    } catch (error) {
      if (!LATER.has(error.code)) throw error;
      console.error(error.message);
      await wait(pause);
    }
  }
}

async function append(prefix, count) {
  const log = open(chipline.v1.EventLogService);
  for (let number = 1; number <= Number(count); ++number) {
    const value = { unit: "UNIT_TOKEN", value: number, bound: "BOUND_EXACT" };
    const usageReport = {
      company: { id: prefix }, metric: "USAGE_METRIC_TOKENS_PER_DAY", value, asOf: { edtf: `${2000 + number}` },
    };
    const events = [{ eventId: `${prefix}-${number}`, usageReport }];
    const answer = await retry(() => new Promise((resolve, reject) => {
      log.appendEvents({ events }, { deadline: Date.now() + 10_000 },
        (error, response) => (error ? reject(error) : resolve(response)));
    }));
    console.log(events[0].eventId, answer.events[0].position);
  }
  log.close();
}

// Hands over each message of a stream, and begins again after the last one handled when it breaks. The file
// `place` is written after each message, so what is handled last may be handled again after a crash.
async function goOn(call, request, place, handle) {
  for (;;) {
    await retry(async () => {
      if (existsSync(place)) request.resumeToken = readFileSync(place, "utf8");
      // A heartbeat comes every 15 s. Keepalive (open) ends a connection that is dead.
      for await (const message of call(request)) {
        handle(message);
        // Empty within a snapshot, which can only be begun again.
        writeFileSync(`${place}.new`, message.resumeToken ?? "");
        renameSync(`${place}.new`, place);
      }
    });
  }
}

function follow(place) {
  const log = open(chipline.v1.SubscriptionService);
  return goOn((request) => log.subscribe(request), { clientName: "example" }, place, ({ batch }) => {
    for (const { event, position } of batch?.events ?? []) console.log(event.eventId, position);
  });
}

function watch(company, place) {
  const timelines = open(chipline.v1.TimelineService);
  const question = { query: { usage: { company } }, clientName: "example" };
  return goOn((request) => timelines.watchTimelines(request), question, place, (message) => {
    for (const entry of message.snapshot?.entries ?? []) console.log("is", entry.entryId, entry.claimCount);
    for (const change of message.changes?.changes ?? []) {
      console.log("changed", change.entryId, ...change.causeEventIds);
    }
    if (message.reset) console.log("forget all");
  });
}

await { append, follow, watch }[action](...words);
