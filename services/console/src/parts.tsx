// Small parts that views share.

import type { ComponentChildren } from "preact";
import { useMemo, useState } from "preact/hooks";
import { CallError, pathOf } from "./api";
import { href } from "./route";
import { T, isolated, visible } from "./text";
import type { Loaded } from "./load";
import type { ClaimSummary, Grounds } from "./types";
import { dayWords } from "./days";
import { nameOf, names } from "./names";
import { useStore } from "./store";
import { words } from "./words";

export function ErrorBox({ error }: { error: CallError }) {
  return (
    <div class="error" role="alert">
      <strong>{words.errors[error.code] ?? words.error}</strong>
      {error.message && <p><T>{error.message}</T></p>}
      {error.fields.length > 0 && <ul>{error.fields.map(each => <li><T>{each.field}</T>: <T>{each.description}</T></li>)}</ul>}
    </div>
  );
}

// What is there of an answer: words while it is asked, its error, its content.
export function Answer<D>({ of, children }: { of: Loaded<D>; children: (data: D) => ComponentChildren }) {
  return (
    <>
      {of.error && <ErrorBox error={of.error} />}
      {of.data === undefined && !of.error && <p class="faint" role="status">{words.loading}</p>}
      {of.data !== undefined && children(of.data)}
    </>
  );
}

function quoted(text: string): string {
  return "'" + text.replaceAll("'", "'\\''") + "'";
}

// The calls behind a view, for a shell.
export function CopyCall({ method, request }: { method: string; request: object | object[] }) {
  const [said, say] = useState("");
  const header = location.protocol === "https:" ? " -H \"authorization: Bearer $TOKEN\"" : "";
  const plain = location.protocol === "https:" ? "" : " -plaintext";
  const bodies = [request].flat().map(each => quoted(JSON.stringify(each)));
  const calls = {
    curl: bodies.map(body => `curl -H 'content-type: application/json'${header} -d ${body} ${quoted(location.origin + pathOf(method))}`),
    grpcurl: bodies.map(body => `grpcurl${plain}${header} -d ${body} "$CHIPLINE_SERVER" chipline.v1.${method}`),
  };
  const copy = (text: string) =>
    (navigator.clipboard?.writeText(text) ?? Promise.reject()).then(() => say(words.copied), () => say(words.copyFailed));
  return (
    <details class="copy">
      <summary>{words.copyTitle}</summary>
      {Object.entries(calls).map(([name, text]) => (
        <div class="call">
          <pre tabIndex={0} aria-label={name}>{text.map(visible).join("\n")}</pre>
          <button type="button" onClick={() => copy(text.join("\n"))}>{words.copy} {name}</button>
        </div>
      ))}
      <span role="status">{said}</span>
    </details>
  );
}

export function EntityLink({ kind, id }: { kind: string; id: string | undefined }) {
  if (!id) return null;
  const to = kind === "place" ? href(["rules"], { destination: id }) : href([kind, id]);
  const name = nameOf(kind, id);
  return <a href={to} title={visible(id)}><T>{name}</T></a>;
}

export function Entities({ kind, ids }: { kind: string; ids: string[] | undefined }) {
  return <>{(ids ?? []).map((id, i) => <>{i > 0 ? " + " : ""}<EntityLink kind={kind} id={id} /></>)}</>;
}

export function EventLink({ id }: { id: string }) {
  return <a class="event" href={href(["event", id])}><T>{id}</T></a>;
}

export function EventLinks({ ids, omitted }: { ids: string[] | undefined; omitted?: number | undefined }) {
  return <>{(ids ?? []).map((id, i) => <>{i > 0 ? ", " : ""}<EventLink id={id} /></>)}{omitted ? ` +${omitted}` : ""}</>;
}

export function WhyLink({ entryId, params }: { entryId: string; params?: Record<string, string> }) {
  return <a class="why" href={href(["why", entryId], { known: params?.["known"], public: params?.["public"] })}>{words.why}</a>;
}

function publisherName(id: string): string {
  const company = nameOf("company", id);
  return company === id ? nameOf("body", id) : company;
}

// "outlet-000 ← ft (unnamed), 31 Dec 2025", as plain text.
export function sourceText(claim: ClaimSummary | undefined): string {
  if (!claim) return "";
  const root = claim.root && claim.root !== claim.publisher ? ` ← ${publisherName(claim.root)}` : "";
  const origin = [claim.originName, words.enumWords(claim.origin)].filter(Boolean).join(", ");
  return `${claim.publisher ? publisherName(claim.publisher) : words.unknown}${root}` +
    (origin ? ` (${origin})` : "") + (claim.published ? `, ${dayWords(claim.published)}` : "");
}

export function Source({ claim }: { claim: ClaimSummary | undefined }) {
  if (!claim) return null;
  return <><T>{sourceText(claim)}</T>{claim.eventId && <> · <EventLink id={claim.eventId} /></>}</>;
}

export function Reason({ grounds }: { grounds: Grounds | undefined }) {
  if (!grounds) return null;
  return (
    <>
      <T>{grounds.reason}</T>{grounds.derived && <> <mark class="computed">{words.computed}</mark></>}
    </>
  );
}

export function Conditions({ of }: { of: string[] | undefined }) {
  if (!of?.length) return null;
  return <ul class="conditions" aria-label={words.conditions}>{of.map(each => <li><T>{each}</T></li>)}</ul>;
}

// Nothing is said of it, which is no fact about the world: the name may be mistyped.
export function NotFound({ kind, id }: { kind: string; id: string }) {
  return (
    <p role="status">
      {words.nothingOf(words.kinds[kind]!, isolated(id))}{" "}
      <a href={href(["search"], { q: id })}>{words.searchFor}</a>
    </p>
  );
}

export function Agreement({ of }: { of: string | undefined }) {
  const text = words.enumWords(of);
  if (!text) return null;
  return <span class={`tag ${text === "conflicting" ? "bad" : text === "agreeing" ? "good" : "faint"}`}>{text}</span>;
}

export function stateLook(state: string | undefined): string {
  switch ((state ?? "").replace(/^(GATE|ORDER)_STATE_/, "")) {
    case "DENIED": case "BLOCKED": return "denied";
    case "PENDING": case "WAITING": return "pending";
    case "CONDITIONAL": case "CLEARED_IF": return "conditional";
    case "SATISFIED": case "CLEARED": return "satisfied";
    case "NOT_REQUIRED": return "free";
    default: return "unknown";
  }
}

export function StateTag({ state }: { state: string | undefined }) {
  return <span class={`state k-${stateLook(state)}`}>{words.enumWords(state) || words.unknown}</span>;
}

// Made anew only when one of `on` or a name has changed: a large table need not follow each step of a zoom.
export function Still({ on, children }: { on: unknown[]; children: () => ComponentChildren }) {
  return useMemo(() => <>{children()}</>, [...on, useStore(names)]);
}

// What the links of a view take along.
export function timesOf(params: Record<string, string>): unknown[] {
  return [params["valid"], params["public"], params["known"]];
}

// A table that scrolls sideways by keyboard, too, where the screen is narrow.
export function Table({ label, head, children }: { label: string; head: string[]; children: ComponentChildren }) {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={label}>
      <table>
        <thead><tr>{head.map(each => <th scope="col">{each}</th>)}</tr></thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}
