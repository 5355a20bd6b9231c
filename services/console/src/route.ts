// A view and its state are the URL's fragment, which no browser sends: #/company/bytedance?valid=2026-01-01

import { useEffect, useState } from "preact/hooks";

export interface Route {
  // The parts of the path, decoded.
  path: string[];
  params: Record<string, string>;
}

export type Params = Record<string, string | undefined>;

export function href(path: string[], params: Params = {}): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) if (value) query.set(name, value);
  const text = query.toString();
  return "#/" + path.map(encodeURIComponent).join("/") + (text === "" ? "" : "?" + text);
}

export function parse(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split(/\?(.*)/s);
  const decode = (part: string) => {
    try {
      return decodeURIComponent(part);
    } catch {
      return part;
    }
  };
  return {
    path: path.split("/").filter(part => part !== "").map(decode),
    params: Object.fromEntries(new URLSearchParams(query)),
  };
}

export function useRoute(): Route {
  const [route, set] = useState(() => parse(location.hash));
  useEffect(() => {
    const changed = () => set(parse(location.hash));
    addEventListener("hashchange", changed);
    return () => removeEventListener("hashchange", changed);
  }, []);
  return route;
}

// Goes to another state of the same view. `quiet` leaves no step for the browser's back button.
export function change(route: Route, params: Params, quiet = false) {
  const next = href(route.path, { ...route.params, ...params });
  if (next === location.hash) return;
  if (!quiet) {
    location.hash = next;
    return;
  }
  history.replaceState(null, "", next);
  dispatchEvent(new HashChangeEvent("hashchange"));
}
