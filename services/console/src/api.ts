// Calls by the Connect protocol: JSON, POST, the same host. Nothing else of the page asks the network.

import { Store } from "./store";

const PACKAGE = "/chipline.v1.";
// A browser has six connections to a host. One is left for the stream, one for the page's own files.
const MOST_CALLS = 4;
const MOST_WAITING = 200;
const TOKEN_KEY = "chipline.token";
// What a header can hold; the browser throws at the rest.
const TOKEN = /^[\x21-\x7e]+$/;
// Waits between two looks at a server that is away.
const FIRST_LOOK_MS = 500;
const LONGEST_LOOK_MS = 5_000;

export class CallError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly fields: { field: string; description: string }[] = [],
    readonly reason = "",
  ) {
    super(message);
  }
}

// Whether the server answers. `round` grows with each return, and what the page shows is asked anew.
export const link = new Store<{ away: boolean; round: number }>({ away: false, round: 0 });
// What the server said of the token, or of there being none. Empty: nothing against it.
export const refusal = new Store<string>("");
// Methods that the caller may not call.
export const denied = new Store<ReadonlySet<string>>(new Set());
// The last token that was entered or kept can be none, and is not used.
export const unfit = new Store<boolean>(false);
export const token = new Store<string>(readToken());
// Grows with each token. What was read with another one is not shown.
export const generation = new Store<number>(0);

function readToken(): string {
  try {
    const kept = sessionStorage.getItem(TOKEN_KEY) ?? "";
    unfit.set(kept !== "" && !TOKEN.test(kept));
    return unfit.value ? "" : kept;
  } catch {
    return "";
  }
}

// Kept for this tab, and sent in a header only. Everything is asked anew.
export function useToken(text: string) {
  unfit.set(text !== "" && !TOKEN.test(text));
  if (unfit.value) return;
  try {
    if (text === "") sessionStorage.removeItem(TOKEN_KEY);
    else sessionStorage.setItem(TOKEN_KEY, text);
  } catch {
    // Without storage it lasts until the page is loaded again.
  }
  token.set(text);
  generation.set(generation.value + 1);
  refusal.set("");
  denied.set(new Set());
  link.set({ away: link.value.away, round: link.value.round + 1 });
}

export function headers(type: string): Record<string, string> {
  const fields: Record<string, string> = { "Content-Type": type, "Connect-Protocol-Version": "1" };
  if (token.value !== "") fields["Authorization"] = `Bearer ${token.value}`;
  return fields;
}

export function pathOf(method: string): string {
  return PACKAGE + method;
}

let running = 0;
const waiting: (() => void)[] = [];

async function turn(signal?: AbortSignal): Promise<void> {
  if (running >= MOST_CALLS) {
    if (waiting.length >= MOST_WAITING) throw new CallError("resource_exhausted", "");
    await new Promise<void>(resolve => waiting.push(resolve));
  } else {
    ++running;
  }
  if (signal?.aborted) {
    release();
    throw signal.reason;
  }
}

function release() {
  const next = waiting.shift();
  if (next === undefined) --running;
  else next();
}

interface ErrorBody {
  code?: string;
  message?: string;
  details?: { debug?: { reason?: string; fieldViolations?: { field: string; description: string }[] } }[];
}

export function errorOf(body: ErrorBody): CallError {
  const fields = (body.details ?? []).flatMap(detail => detail.debug?.fieldViolations ?? []);
  const reason = (body.details ?? []).map(detail => detail.debug?.reason).find(Boolean);
  return new CallError(body.code ?? "unknown", body.message ?? "", fields, reason);
}

// Notes what a refusal means for the whole page. A refused subject says nothing of other subjects.
export function note(method: string, error: CallError) {
  if (error.code === "unauthenticated") refusal.set(error.message || "unauthenticated");
  const ofTheMethod = error.code === "permission_denied" && error.reason !== "SUBJECT_NOT_GRANTED";
  if (ofTheMethod && !denied.value.has(method)) {
    denied.set(new Set([...denied.value, method]));
  }
}

let looking = false;

// The server did not answer: says so, and looks until it is back.
export function lost() {
  if (!link.value.away) link.set({ away: true, round: link.value.round });
  if (looking) return;
  looking = true;
  void look(FIRST_LOOK_MS);
}

async function look(pause: number): Promise<void> {
  await new Promise(resolve => setTimeout(resolve, pause));
  try {
    const answer = await fetch("/livez", { cache: "no-store" });
    if (answer.ok) {
      looking = false;
      link.set({ away: false, round: link.value.round + 1 });
      return;
    }
  } catch {
    // It is still away.
  }
  return look(Math.min(pause * 2, LONGEST_LOOK_MS));
}

export async function call<T>(method: string, request: object, signal?: AbortSignal): Promise<T> {
  const mine = generation.value;
  await turn(signal);
  try {
    current(mine);
    return await post<T>(method, request, signal);
  } finally {
    release();
  }
}

// Throws if the page has another token since.
function current(mine: number) {
  if (mine !== generation.value) throw new CallError("canceled", "");
}

async function post<T>(method: string, request: object, signal?: AbortSignal): Promise<T> {
  const mine = generation.value;
  let answer: Response;
  let text: string;
  try {
    answer = await fetch(pathOf(method), {
      method: "POST",
      headers: headers("application/json"),
      body: JSON.stringify(request),
      cache: "no-store",
      // A client certificate counts among credentials. There are no cookies.
      credentials: "same-origin",
      signal: signal ?? null,
    });
    text = await answer.text();
  } catch (cause) {
    if (signal?.aborted) throw cause;
    lost();
    throw new CallError("away", "");
  }
  current(mine);
  if (answer.ok) return JSON.parse(text) as T;
  let error: CallError;
  try {
    error = errorOf(JSON.parse(text) as ErrorBody);
  } catch {
    error = new CallError("unknown", text.trim() || `HTTP ${answer.status}`);
  }
  note(method, error);
  throw error;
}
