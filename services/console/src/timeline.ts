// A timeline, whole or as much as a page shows, kept live by one watch.

import { useEffect, useRef, useState } from "preact/hooks";
import { call, link } from "./api";
import { useAppends } from "./appends";
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
// What rests on all appends is asked anew at most so often.
const APPENDS_MS = 1_000;

export interface Timeline { entries: Entry[]; basis: Basis | undefined; more: boolean }

// With `minPosition` the server answers once the timelines have reached it.
export async function readTimeline(
  query: object, asked: object, signal: AbortSignal, { pages = PAGES, minPosition = "0" } = {},
): Promise<Timeline> {
  const entries: Entry[] = [];
  let basis: Basis | undefined;
  let pageToken = "";
  for (let page = 0; page < pages; ++page) {
    const answer = await call<TimelinePage>("TimelineService/GetTimeline", {
      query, ...asked, pageSize: PAGE, ...(pageToken ? { pageToken } : minPosition === "0" ? {} : { minPosition }),
    }, signal);
    entries.push(...(answer.entries ?? []));
    basis = answer.basis;
    pageToken = answer.nextPageToken ?? "";
    if (pageToken === "") return { entries, basis, more: false };
  }
  return { entries, basis, more: true };
}

interface WatchStep { position?: string; resumeToken?: string; changes?: object; reset?: object; caughtUp?: object; heartbeat?: object }

// The answer to `query` at the times that `params` have. Without a time of knowledge it is watched, and
// asked anew when something changes; `byAppends` when anything is appended, for answers that rest on more
// than their entries.
export function useTimeline(query: object, params: Record<string, string>, byAppends = false): Loaded<Timeline> & { live: boolean } {
  const [version, set] = useState(0);
  const [live, setLive] = useState(false);
  const { round } = useStore(link);
  const asked = askedTimes(params);
  const past = isPast(params);
  const key = JSON.stringify(query);
  const read = useRef("0");
  const appends = useAppends(APPENDS_MS, read, past || !byAppends);
  const loaded = useLoad(
    signal => readTimeline(query, asked, signal, { minPosition: past ? "0" : appends.position }), [query, asked], `${version} ${appends.position}`);
  read.current = loaded.data?.basis?.position ?? "0";
  useEffect(() => {
    if (past || byAppends) return;
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
  }, [key, past, round, byAppends]);
  // What could not be read anew is from before, however well it is watched.
  return { ...loaded, live: (live || appends.live) && !loaded.error };
}
