// Learns that something was appended, by the page's stream.

import { useEffect, useState } from "preact/hooks";
import { link } from "./api";
import { follow } from "./stream";
import { useStore } from "./store";

// Grows when something is appended, at most once in `everyMs`. Not while `paused`.
export function useAppends(everyMs: number, paused = false): number {
  const [n, set] = useState(0);
  const { round } = useStore(link);
  useEffect(() => {
    if (paused) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let resumeToken = "";
    const end = follow<{ resumeToken?: string; batch?: object }>("SubscriptionService/Subscribe",
      () => (resumeToken ? { resumeToken } : { head: true }), step => {
        if (step.resumeToken) resumeToken = step.resumeToken;
        if (step.batch) timer ??= setTimeout(() => {
          timer = undefined;
          set(count => count + 1);
        }, everyMs);
      });
    return () => {
      end();
      clearTimeout(timer);
    };
  }, [round, paused]);
  return n;
}
