// What is around every view: where one can go, who asks, whether the server answers.

import { useEffect, useRef, useState } from "preact/hooks";
import { call, denied, generation, link, refusal, token, unfit, useToken } from "./api";
import { forgetNames, names, refreshNames } from "./names";
import { href, useRoute, type Route } from "./route";
import { useStore } from "./store";
import { T, visible } from "./text";
import { count } from "./figures";
import { CompanyView } from "./views/company";
import { CompareView } from "./views/compare";
import { ChipView } from "./views/chip";
import { EventView, LogView } from "./views/log";
import { OperateView } from "./views/operate";
import { OrderView } from "./views/order";
import { RulesView } from "./views/rules";
import { SearchView } from "./views/search";
import { TodayView } from "./views/today";
import { WhyView } from "./views/why";
import { words } from "./words";

const HEAD_MS = 10_000;

// In the order of the navigation, each with a call that it cannot do without.
const NAV: [string, string][] = [
  ["today", "TimelineService/ListTimelines"],
  ["search", "EventLogService/ListEvents"],
  ["compare", "TimelineService/GetTimeline"],
  ["rules", "TimelineService/GetTimeline"],
  ["log", "EventLogService/ListEvents"],
  ["operate", "AdminService/GetStats"],
];

function View({ route }: { route: Route }) {
  const [view = "today", ...rest] = route.path;
  // Ids and subjects have no slash, the names of entries do.
  const id = rest.join("/");
  switch (view) {
    case "today": return <TodayView />;
    case "search": return <SearchView route={route} />;
    case "compare": return <CompareView route={route} />;
    case "log": return <LogView route={route} />;
    case "operate": return <OperateView />;
    case "company": return <CompanyView key={id} route={route} id={id} />;
    case "chip": return <ChipView key={id} route={route} id={id} />;
    case "order": return <OrderView key={id} route={route} id={id} />;
    case "rules": return <RulesView route={route} />;
    case "why": return <WhyView key={id} route={route} id={id} />;
    case "event": return <EventView key={id} id={id} />;
    default: return <><h1>{words.notFoundTitle}</h1><p>{words.notFoundText} <a href={href(["today"])}>{words.home}</a></p></>;
  }
}

function TokenForm() {
  const held = useStore(token);
  const said = useStore(refusal);
  const bad = useStore(unfit);
  const [text, set] = useState("");
  if (said === "" && held === "" && !bad) return null;
  if (said === "" && !bad) {
    return <p class="token">{words.tokenHeld}. <button type="button" class="quiet" onClick={() => useToken("")}>{words.tokenForget}</button></p>;
  }
  return (
    <form class="token" aria-label={words.tokenTitle} onSubmit={event => {
      event.preventDefault();
      // A refused one is not tried twice by mistake.
      useToken(text.trim().replace(/^Bearer\s+/i, ""));
      set("");
    }}>
      <p role="alert">
        {bad ? words.tokenUnfit : held === "" ? words.tokenNeeded : <>{words.tokenRefused}: <T>{said}</T></>}
      </p>
      <div class="field">
        <label for="token">{words.tokenLabel}</label>
        <input type="password" id="token" autocomplete="off" name="token" aria-describedby="token-hint" value={text} onInput={event => set(event.currentTarget.value)} />
        <small id="token-hint">{words.tokenWhere}</small>
      </div>
      <button type="submit">{words.tokenUse}</button>
    </form>
  );
}

// The head of the log, which also shows that the server is there.
function Head() {
  const { round } = useStore(link);
  const [head, set] = useState("");
  useEffect(() => {
    const abort = new AbortController();
    const look = () => {
      if (document.hidden) return;
      call<{ headPosition?: string }>("EventLogService/GetHead", {}, abort.signal).then(
        answer => set(answer.headPosition ?? "0"), () => undefined);
    };
    look();
    const timer = setInterval(look, HEAD_MS);
    return () => {
      clearInterval(timer);
      abort.abort();
    };
  }, [round]);
  // A name that was appended meanwhile is known, too.
  useEffect(() => {
    if (head !== "") void refreshNames().catch(() => undefined);
  }, [head, round]);
  return head === "" ? null : <span class="faint head">{words.position(count(head))}</span>;
}

export function Shell() {
  const route = useRoute();
  const state = useStore(link);
  const not = useStore(denied);
  useStore(names);
  const content = useRef<HTMLElement>(null);
  const [first, notFirst] = useState(true);
  const place = route.path.join("/");
  const reader = useStore(generation);
  useEffect(() => generation.watch(forgetNames), []);
  useEffect(() => {
    // A new view is read from its top; a reload leaves the focus where browsers put it.
    if (!first) content.current?.focus({ preventScroll: true });
    if (!first) scrollTo(0, 0);
    notFirst(false);
    const id = route.path.slice(1).join("/");
    document.title = [visible(id), words.views[route.path[0] ?? "today"], words.product].filter(Boolean).join(" · ");
  }, [place]);
  const shown = NAV.filter(([, method]) => !not.has(method));
  const hidden = NAV.filter(([, method]) => not.has(method)).map(([view]) => words.views[view]);
  return (
    <>
      <a class="skip" href="#content" onClick={event => { event.preventDefault(); content.current?.focus(); }}>{words.skip}</a>
      <header>
        <a class="product" href={href(["today"])}>{words.product}</a>
        <nav aria-label={words.nav}>
          {shown.map(([view]) => (
            <a href={href([view])} aria-current={(route.path[0] ?? "today") === view ? "page" : undefined}>{words.views[view]}</a>
          ))}
        </nav>
        <Head key={reader} />
      </header>
      <div role="status" aria-live="polite" class={state.away ? "away" : "quietly"}>
        {state.away ? words.away : state.round > 0 ? <span class="unseen">{words.back}</span> : ""}
      </div>
      <TokenForm />
      {hidden.length > 0 && <p class="faint bar">{words.hiddenViews(hidden.join(", "))}</p>}
      <main id="content" tabIndex={-1} ref={content}><View key={reader} route={route} /></main>
      <footer class="faint">{words.product} {VERSION} · <a href="/console/licenses.txt">{words.licences}</a></footer>
    </>
  );
}
