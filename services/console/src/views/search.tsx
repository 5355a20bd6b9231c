import { useEffect, useState } from "preact/hooks";
import { EntityLink } from "../parts";
import { find, names, refreshNames, type Named } from "../names";
import type { Listing } from "../types";
import { change, href, type Route } from "../route";
import { useStore } from "../store";
import { T, isolated } from "../text";
import { words } from "../words";

const MOST = 50;

function link(named: Named): string {
  if (named.kind === "place") return href(["rules"], { destination: named.id });
  if (named.kind === "body") return href(["log"], {});
  return href([named.kind, named.id]);
}

export function SearchView({ route }: { route: Route }) {
  const all = useStore(names);
  const asked = route.params["q"] ?? "";
  const [text, set] = useState(asked);
  useEffect(() => set(asked), [asked]);
  useEffect(() => void refreshNames().catch(() => undefined), []);
  const found = find(text);
  return (
    <>
      <h1>{words.views["search"]}</h1>
      <form role="search" onSubmit={event => {
        event.preventDefault();
        const first = found[0];
        location.hash = first ? link(first.named) : href(["company", text.trim()]);
      }}>
        <div class="field wide">
          <label for="search">{words.searchLabel}</label>
          <input type="search" id="search" name="q" dir="auto" value={text} autocomplete="off" aria-describedby="search-hint" autofocus
            onInput={event => {
              set(event.currentTarget.value);
              change(route, { q: event.currentTarget.value.trim() }, true);
            }} />
          <small id="search-hint">{words.searchHint}</small>
        </div>
      </form>
      <div role="status" class="unseen">{text.trim() === "" ? "" : String(found.length)}</div>
      {!all.known && <p class="faint" role="status">{words.loading}</p>}
      {all.known && text.trim() !== "" && found.length === 0 && (
        <p>
          {words.searchNone(isolated(text.trim()))}{" "}
          <a href={href(["company", text.trim()])}>{words.searchAsk(isolated(text.trim()))}</a>
        </p>
      )}
      <ul class="results">
        {found.slice(0, MOST).map(({ named, hit }) => (
          <li key={`${named.kind}/${named.id}`}>
            <a href={link(named)}><T>{hit}</T></a>{" "}
            <span class="faint">{words.kinds[named.kind]}{hit !== named.id && <> · <T>{named.id}</T></>}</span>
            <span class="faint others">
              {named.names.filter(name => name.text !== hit).slice(0, 6).map(name => <>{" · "}<T lang={name.language || undefined}>{name.text}</T></>)}
            </span>
          </li>
        ))}
      </ul>
      {found.length > MOST && <p class="faint">{words.searchCut(MOST)}</p>}
      {all.more ? <Further /> : all.partial && <p class="faint">{words.searchPartial}</p>}
      {all.known && text.trim() === "" && <Browse all={[...all.entities.values()]} />}
    </>
  );
}

// Names that the page has not read yet are read on demand.
function Further() {
  const [busy, set] = useState(false);
  const more = () => {
    set(true);
    refreshNames().catch(() => undefined).finally(() => set(false));
  };
  return (
    <p class="faint">
      {words.searchPartial} <button type="button" class="quiet" disabled={busy} onClick={more}>{busy ? words.loading : words.goOn}</button>
    </p>
  );
}

// Those that have timelines, by kind.
function Browse({ all }: { all: Named[] }) {
  const listed = useStore(names).listing;
  if (all.length === 0) return <p class="faint">{words.searchEmpty}</p>;
  const ids = (kind: string, pick: (listing: Listing) => (string | undefined)[]) => (
    <Group kind={kind} ids={[...new Set(listed.flatMap(pick).filter((id): id is string => Boolean(id)))].sort()} />
  );
  return (
    <section>
      <h2>{words.browse}</h2>
      {ids("company", each => [...(each.key?.capex?.companies ?? []), each.key?.usage?.company])}
      {ids("chip", each => [each.key?.chipSupply?.chip, each.key?.exportRule?.chip, each.key?.price?.chip])}
      {ids("place", each => [each.key?.exportRule?.destination, each.key?.price?.place])}
      {ids("order", each => [each.key?.chipOrder?.order])}
    </section>
  );
}

function Group({ kind, ids }: { kind: string; ids: string[] }) {
  if (ids.length === 0) return null;
  return (
    <>
      <h3>{words.kinds[kind]}</h3>
      <ul class="inline">{ids.slice(0, 200).map(id => <li><EntityLink kind={kind} id={id} /></li>)}</ul>
      {ids.length > 200 && <p class="faint">{words.searchCut(200)}</p>}
    </>
  );
}
