// A client by @connectrpc, without generated code: the contract comes as a descriptor set.
//
//   node connect_client.mjs DESCRIPTOR_SET URL node|gzip|web json|binary COUNT
//
// Tries a refusal, then follows the log over restarts of the server until it has COUNT events, saying
// each position on a line. `web` is the transport for browsers, by the fetch of Node.js; `gzip` is that of Node.js
// itself, and sends and takes everything compressed that it can.
import { readFileSync } from "node:fs";

import { createFileRegistry, fromBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { compressionGzip, createConnectTransport as nodeTransport } from "@connectrpc/connect-node";
import { createConnectTransport as webTransport } from "@connectrpc/connect-web";

const [set, baseUrl, kind, format, count] = process.argv.slice(2);
const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, readFileSync(set)));
const useBinaryFormat = format === "binary";
const transport = kind === "web"
  ? webTransport({ baseUrl, useBinaryFormat })
  : nodeTransport({
    baseUrl, useBinaryFormat, httpVersion: "1.1",
    ...(kind === "gzip" && {
      acceptCompression: [compressionGzip], sendCompression: compressionGzip, compressMinBytes: 1,
    }),
  });
const client = (name) => createClient(registry.getService(`chipline.v1.${name}`), transport);
const log = client("EventLogService");
const subscriptions = client("SubscriptionService");

function check(holds, words) {
  if (!holds) throw new Error(words);
}

async function refused() {
  try {
    await log.appendEvents({ events: [{ eventId: "x".repeat(65) }] });
  } catch (error) {
    check(error instanceof ConnectError && error.code === Code.InvalidArgument, String(error));
    const [wrong] = error.findDetails(registry.getMessage("google.rpc.BadRequest"));
    check(wrong.fieldViolations[0].field.startsWith("events[0]"), "no field is named");
    const [info] = error.findDetails(registry.getMessage("google.rpc.ErrorInfo"));
    check(info.reason === "INVALID_FIELDS", "no reason is given");
    return;
  }
  throw new Error("a wrong event was taken");
}

// Goes on after the last event whenever the server goes away.
async function follow(wanted) {
  let after = 0n;
  for (let seen = 0; seen < wanted;) {
    // Leaving the loop does not end the call.
    const call = new AbortController();
    try {
      const request = { start: { case: "afterPosition", value: after } };
      for await (const message of subscriptions.subscribe(request, { signal: call.signal })) {
        if (message.step.case !== "batch") continue;
        for (const event of message.step.value.events) {
          console.log(String(event.position));
          after = event.position;
          seen += 1;
        }
        if (seen >= wanted) break;
      }
    } catch (error) {
      const again = [Code.Unavailable, Code.Unknown, Code.Aborted, Code.Internal];
      check(error instanceof ConnectError && again.includes(error.code), String(error));
      await new Promise((resolve) => setTimeout(resolve, 100));
    } finally {
      call.abort();
    }
  }
}

const head = await log.getHead({});
check(head.logId !== "", "the log has no id");
await refused();
await follow(Number(count));
