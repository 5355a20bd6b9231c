// A timeline, whole or as much as a page shows, kept live by one watch.

import { useEffect, useRef, useState } from "preact/hooks";
import { call, link } from "./api";
import { useLoad, type Loaded } from "./load";
import { follow } from "./stream";
import { useStore } from "./store";
import { askedTimes, isPast } from "./times";
import type { Basis, Entry, TimelinePage } from "./types";

// What one view shows at most, in pages.
const PAGES = 4;
const PAGE = 500;
// Changes that come together are shown together.
const TOGETHER_MS = 300;

export interface Timeline { entries: Entry[]; basis: Basis | undefined; more: boolean }

export async function readTimeline(query: object, asked: object, signal: AbortSignal, pages = PAGES): Promise<Timeline> {
  const entries: Entry[] = [];
  let basis: Basis | undefined;
  let pageToken = "";
  for (let page = 0; page < pages; ++page) {
    const answer = await call<TimelinePage>("TimelineService/GetTimeline", { query, ...asked, pageSize: PAGE, pageToken }, signal);
    entries.push(...(answer.entries ?? []));
    basis = answer.basis;
    pageToken = answer.nextPageToken ?? "";
    if (pageToken === "") return { entries, basis, more: false };
  }
  return { entries, basis, more: true };
}

interface WatchStep { position?: string; resumeToken?: string; changes?: object; reset?: object; caughtUp?: object; heartbeat?: object }

// The answer to `query` at the times that `params` have. Without a time of knowledge it is watched, and
// asked anew when something changes.
export function useTimeline(query: object, params: Record<string, string>): Loaded<Timeline> & { live: boolean } {
  const [version, set] = useState(0);
  const [live, setLive] = useState(false);
  const { round } = useStore(link);
  const asked = askedTimes(params);
  const past = isPast(params);
  const key = JSON.stringify(query);
  const loaded = useLoad(signal => readTimeline(query, asked, signal), [query, asked], version);
  const read = useRef<string | undefined>();
  read.current = loaded.data?.basis?.position ?? "0";
  useEffect(() => {
    if (past) return;
    let resumeToken: string | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const end = follow<WatchStep>("TimelineService/WatchTimelines", () => ({ query, ...(resumeToken ? { resumeToken } : {}) }), step => {
      if (step.resumeToken) resumeToken = step.resumeToken;
      if (step.caughtUp) setLive(true);
      // The snapshot may have more than what was read before it.
      const newer = step.caughtUp && (step.position ?? "0") !== read.current;
      if (!step.changes && !step.reset && !newer) return;
      clearTimeout(timer);
      timer = setTimeout(() => set(n => n + 1), TOGETHER_MS);
    });
    return () => {
      end();
      clearTimeout(timer);
      setLive(false);
    };
  }, [key, past, round]);
  // What could not be read anew is from before, however well it is watched.
  return { ...loaded, live: live && !loaded.error };
}
