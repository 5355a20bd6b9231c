// Learns that something was appended, by the page's stream.

import { useEffect, useState } from "preact/hooks";
import { link } from "./api";
import { follow } from "./stream";
import { useStore } from "./store";

interface Step { position?: string; resumeToken?: string; batch?: object; caughtUp?: object }
// The last position of which it is known that it came after what was `read`, and whether later ones are learnt of.
export interface Appends { position: string; live: boolean }

// Moves at most once in `everyMs`. `read` is the position that the page has read up to. Not while `paused`.
export function useAppends(everyMs: number, read: { current: string }, paused = false): Appends {
  const [appends, set] = useState<Appends>({ position: "0", live: false });
  const { round } = useStore(link);
  useEffect(() => {
    if (paused) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let resumeToken = "";
    let last = "0";
    const end = follow<Step>("SubscriptionService/Subscribe", () => (resumeToken ? { resumeToken } : { head: true }), step => {
      if (step.resumeToken) resumeToken = step.resumeToken;
      if (step.caughtUp) set(before => ({ ...before, live: true }));
      // Something may have been appended between the reading and the stream's beginning.
      const newer = step.caughtUp && BigInt(step.position ?? 0) > BigInt(read.current);
      if (!step.batch && !newer) return;
      last = step.position ?? last;
      timer ??= setTimeout(() => {
        timer = undefined;
        set(before => ({ ...before, position: last }));
      }, everyMs);
    });
    return () => {
      end();
      clearTimeout(timer);
      set(before => ({ ...before, live: false }));
    };
  }, [round, paused]);
  return appends;
}
