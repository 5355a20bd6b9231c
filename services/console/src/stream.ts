// One stream of the server's for the page: each message in an envelope of five bytes and JSON.

import { CallError, errorOf, generation, headers, lost, note, pathOf } from "./api";

const END_OF_STREAM = 2;
// The server sends a heartbeat every HEARTBEAT; a stream that says nothing for longer is broken.
const HEARTBEAT = "10s";
const SILENCE_MS = 35_000;
const AGAIN_MS = 3_000;

let stop: (() => void) | undefined;

function envelope(request: object): Uint8Array<ArrayBuffer> {
  const body = new TextEncoder().encode(JSON.stringify(request));
  const bytes = new Uint8Array(5 + body.length);
  new DataView(bytes.buffer).setUint32(1, body.length);
  bytes.set(body, 5);
  return bytes;
}

async function read<T>(method: string, request: object, abort: AbortController, take: (message: T) => void) {
  const answer = await fetch(pathOf(method), {
    method: "POST",
    headers: headers("application/connect+json"),
    body: envelope(request),
    cache: "no-store",
    credentials: "same-origin",
    signal: abort.signal,
  });
  if (!answer.ok || answer.body === null) throw errorOf(JSON.parse(await answer.text()));
  const reader = answer.body.getReader();
  let held = new Uint8Array(0);
  for (;;) {
    const silence = setTimeout(() => abort.abort("silence"), SILENCE_MS);
    const { done, value } = await reader.read().finally(() => clearTimeout(silence));
    if (done) throw new CallError("away", "");
    const joined = new Uint8Array(held.length + value.length);
    joined.set(held);
    joined.set(value, held.length);
    held = joined;
    for (;;) {
      if (held.length < 5) break;
      const size = new DataView(held.buffer, held.byteOffset).getUint32(1);
      if (held.length < 5 + size) break;
      const message = JSON.parse(new TextDecoder().decode(held.subarray(5, 5 + size)));
      if (held[0] === END_OF_STREAM) throw message.error ? errorOf(message.error) : new CallError("away", "");
      held = held.slice(5 + size);
      take(message as T);
    }
  }
}

// Follows a stream until the returned function is called or another stream begins; closed while the
// page is hidden. After a break it asks again, by `request`, which may go on where it stopped.
export function follow<T>(method: string, request: () => object, take: (message: T) => void): () => void {
  stop?.();
  let ended = false;
  let abort: AbortController | undefined;
  let again: ReturnType<typeof setTimeout> | undefined;

  const begin = async () => {
    if (ended || abort !== undefined || document.hidden) return;
    clearTimeout(again);
    const mine = (abort = new AbortController());
    const of = generation.value;
    try {
      await read<T>(method, { ...request(), heartbeatInterval: HEARTBEAT, clientName: "console" }, mine, message => {
        if (!mine.signal.aborted && of === generation.value) take(message);
      });
    } catch (cause) {
      const asked = mine.signal.aborted && mine.signal.reason !== "silence";
      if (cause instanceof CallError && of === generation.value) note(method, cause);
      if (!asked && !ended) {
        const refused = cause instanceof CallError && ["permission_denied", "unauthenticated"].includes(cause.code);
        if (!(cause instanceof CallError) || cause.code === "away") lost();
        if (!refused) again = setTimeout(begin, AGAIN_MS);
      }
    }
    if (abort === mine) abort = undefined;
    if (!ended && !document.hidden && mine.signal.reason === "hidden") void begin();
  };
  const seen = () => {
    if (document.hidden) abort?.abort("hidden");
    else void begin();
  };
  document.addEventListener("visibilitychange", seen);
  const end = () => {
    ended = true;
    clearTimeout(again);
    document.removeEventListener("visibilitychange", seen);
    abort?.abort("left");
    if (stop === end) stop = undefined;
  };
  stop = end;
  void begin();
  return end;
}
