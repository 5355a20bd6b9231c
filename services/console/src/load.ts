import { useEffect, useState } from "preact/hooks";
import { CallError, link } from "./api";
import { useStore } from "./store";

export interface Loaded<T> {
  data?: T;
  error?: CallError;
  loading: boolean;
}

// A server that starts up says UNAVAILABLE for a while; asked again after so long.
const AGAIN_MS = 2_000;

// What `ask` answers, asked again when one of `keys` or `version` is another or the server has come
// back. What is there stays while it is asked again, but not if the keys are of another thing.
export function useLoad<T>(ask: (signal: AbortSignal) => Promise<T>, keys: unknown[], version: number | string = 0): Loaded<T> {
  const { round } = useStore(link);
  const key = JSON.stringify(keys);
  const [state, set] = useState<Loaded<T> & { key: string }>({ loading: true, key });
  const [attempt, again] = useState(0);
  useEffect(() => {
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    set(before => (before.key === key ? { ...before, loading: true } : { loading: true, key }));
    ask(abort.signal).then(
      data => {
        if (!abort.signal.aborted) set({ data, loading: false, key });
      },
      cause => {
        if (abort.signal.aborted) return;
        const error = cause instanceof CallError ? cause : new CallError("internal", String(cause));
        set(before => ({ ...(before.key === key ? before : { key }), error, loading: false }));
        if (error.code === "unavailable") timer = setTimeout(() => again(attempt + 1), AGAIN_MS);
      },
    );
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [key, round, attempt, version]);
  return state.key === key ? state : { loading: true };
}

// What was shown stays while it is asked anew.
export function useKept<T>(data: T | undefined): T | undefined {
  const [kept, set] = useState(data);
  useEffect(() => {
    if (data !== undefined) set(data);
  }, [data]);
  return data ?? kept;
}
