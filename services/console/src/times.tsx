// The one control for the three times, and what it makes of a request.

import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { change, type Route } from "./route";
import type { Basis } from "./types";
import { Instant, dayWords } from "./days";
import { words } from "./words";

const POSITION = /^[1-9]\d{0,18}$/;

export interface Asked { known?: object; valid?: object }

// A time without a zone is UTC.
function instantOf(text: string): string | undefined {
  const date = new Date(/[zZ]|[+-]\d\d:?\d\d$/.test(text) ? text : text + "Z");
  return Number.isNaN(date.getTime()) || !/^\d{4}-\d\d-\d\d/.test(text) ? undefined : date.toISOString();
}

export function askedTimes(params: Record<string, string>): Asked {
  const asked: Asked = {};
  if (params["valid"]) asked.valid = { day: params["valid"] };
  const known = params["known"];
  if (params["public"]) asked.known = { publicationDate: params["public"] };
  else if (known && POSITION.test(known)) asked.known = { position: known };
  else if (known) asked.known = { recordTime: instantOf(known) ?? known };
  return asked;
}

// Why a view has nothing to show: no such report, or none at the times that were chosen.
export function Nothing({ text, params }: { text: ComponentChildren; params: Record<string, string> }) {
  return <div class="faint">{Object.keys(askedTimes(params)).length > 0 ? <p>{words.nothingOnDay}</p> : text}</div>;
}

export function isPast(params: Record<string, string>): boolean {
  return Boolean(params["public"] || params["known"]);
}

export function Times({ route, valid = true }: { route: Route; valid?: boolean }) {
  const { params } = route;
  const [draft, set] = useState(params);
  const [wrong, setWrong] = useState(false);
  useEffect(() => set(params), [params["valid"], params["public"], params["known"]]);
  const field = (name: string, label: string, hint: string, type: string) => (
    <div class="field">
      <label for={`time-${name}`}>{label}</label>
      <input type={type} id={`time-${name}`} value={draft[name] ?? ""} aria-describedby={`hint-${name}`} name={name}
        onInput={event => {
          const value = event.currentTarget.value.trim();
          // The log takes one of the two.
          const other: Record<string, string> = name === "public" ? { known: "" } : name === "known" ? { public: "" } : {};
          set({ ...draft, [name]: value, ...(value ? other : {}) });
        }} />
      <small id={`hint-${name}`}>{hint}</small>
    </div>
  );
  const apply = (next: Record<string, string>) => {
    const known = next["known"] ?? "";
    const bad = known !== "" && !POSITION.test(known) && instantOf(known) === undefined;
    setWrong(bad);
    if (!bad) change(route, { valid: next["valid"], public: next["public"], known: next["known"] });
  };
  const any = ["valid", "public", "known"].some(name => params[name]);
  return (
    <form class="times" aria-label={words.times} onSubmit={event => { event.preventDefault(); apply(draft); }}>
      {valid && field("valid", words.validAt, words.validAtHint, "date")}
      {field("public", words.publicBy, words.publicByHint, "date")}
      {field("known", words.knownAt, words.knownAtHint, "text")}
      <span class="buttons">
        <button type="submit">{words.apply}</button>
        {any && <button type="button" class="quiet" onClick={() => apply({ valid: "", public: "", known: "" })}>{words.clear}</button>}
      </span>
      {wrong && <p class="error" role="alert">{words.timesWrong}</p>}
    </form>
  );
}

export function BasisLine({ basis, params, live }: { basis: Basis | undefined; params: Record<string, string>; live: boolean }) {
  if (!basis) return null;
  return (
    <p class="basis">
      {words.basis(basis.position ?? "0")}
      {basis.recordTime && <>, <Instant at={basis.recordTime} /></>}
      {basis.publicationDate && words.basisPublic(dayWords(basis.publicationDate))}
      {" · "}{words.basisVersions(basis.viewVersion ?? 0, basis.policyVersion ?? 0)}
      {isPast(params) && <> · {words.paused}</>}
      {live && <> · <span class="good live">{words.live}</span></>}
    </p>
  );
}
