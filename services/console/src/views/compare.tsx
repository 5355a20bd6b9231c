import type { ComponentChildren } from "preact";
import { useRef, useState } from "preact/hooks";
import { Agreement, Answer, CopyCall, Entities, EntityLink, Source, Table, WhyLink } from "../parts";
import { useAppends } from "../appends";
import { against, commonest, groupsOf, periodId, periodsOf, spenders, touching, type Group, type Row } from "../comparison";
import { amountExtent, amountWords, magnitude, nanosOf } from "../figures";
import { spanWords } from "../days";
import { useLoad } from "../load";
import { find, nameOf, names } from "../names";
import { Bars, type Bar } from "../pictures/bars";
import { change, type Route } from "../route";
import { useStore } from "../store";
import { T, visible } from "../text";
import { readTimeline } from "../timeline";
import { BasisLine, Nothing, Times, askedTimes, isPast, type Asked } from "../times";
import { companiesOf, periodOf, titleOf } from "../titles";
import type { Basis, Conversion, Entry } from "../types";
import { words } from "../words";
import { figureWords, growthWords } from "./capex_section";

// One call each.
const MOST = 8;
const OFFERED = 40;
const EVERY_MS = 1_000;
// Between ids in an address.
const BETWEEN = "|";

interface Compared { entries: Entry[]; basis: Basis | undefined; more: boolean }

const queryOf = (company: string) => ({ capex: { company } });

// All as of one position. A figure of several companies comes with each of them and is there once.
async function read(companies: string[], asked: Asked, minPosition: string, signal: AbortSignal): Promise<Compared> {
  const all = (known: Asked) => Promise.all(companies.map(id => readTimeline(queryOf(id), known, signal, { minPosition })));
  let answers = await all(asked);
  const positions = answers.map(each => BigInt(each.basis?.position ?? 0));
  const first = positions.reduce((least, each) => (each < least ? each : least), positions[0] ?? 0n);
  if (!asked.known && positions.some(each => each !== first)) answers = await all({ known: { position: first.toString() } });
  return {
    entries: [...new Map(answers.flatMap(each => each.entries).map(entry => [entry.entryId, entry])).values()],
    basis: answers[0]?.basis,
    more: answers.some(each => each.more),
  };
}

export function CompareView({ route }: { route: Route }) {
  const { listing, known, partial } = useStore(names);
  const { params } = route;
  const offered = spenders(listing);
  const periods = periodsOf(listing);
  const chosen = (params["companies"] ?? "").split(BETWEEN).filter(Boolean).slice(0, MOST);
  const period = params["period"] || commonest(periods, chosen);
  // Without a choice, those that have a figure of the period.
  const having = periods.find(each => each.id === period)?.companies;
  const companies = chosen.length > 0 ? chosen : offered.filter(id => having?.has(id)).slice(0, MOST);
  const asked = askedTimes({ public: params["public"] ?? "", known: params["known"] ?? "" });
  const past = isPast(params);
  const reached = useRef("0");
  const appends = useAppends(EVERY_MS, reached, past);
  const loaded = useLoad(signal => read(companies, asked, past ? "0" : appends.position, signal), [companies, asked], appends.position);
  reached.current = loaded.data?.basis?.position ?? "0";
  return (
    <>
      <h1>{words.views["compare"]}</h1>
      {!known && <p class="faint" role="status">{words.loading}</p>}
      {known && offered.length === 0 && <p class="faint">{words.noSpendingAtAll}</p>}
      {known && <Choice route={route} offered={offered} companies={companies} periods={periods} period={period} />}
      {partial && <p class="faint">{words.unlistedEntries}</p>}
      <Times route={route} valid={false} />
      {companies.length > 0 && (
        <Answer of={loaded}>{data => (
          <>
            <BasisLine basis={data.basis} params={params} live={appends.live && !loaded.error} />
            <Compare data={data} companies={companies} period={period} params={params} />
          </>
        )}</Answer>
      )}
      <CopyCall method="TimelineService/GetTimeline" request={companies.map(id => ({ query: queryOf(id), ...asked }))} />
    </>
  );
}

function Choice({ route, offered, companies, periods, period }: {
  route: Route; offered: string[]; companies: string[]; periods: ReturnType<typeof periodsOf>; period: string;
}) {
  const [text, set] = useState("");
  const choose = (ids: string[]) => change(route, { companies: ids.join(BETWEEN), period });
  const shown = [...new Set([...companies, ...offered])].slice(0, OFFERED);
  const full = companies.length >= MOST;
  const add = () => {
    const typed = text.trim();
    if (typed === "" || full) return;
    // What the log calls so, or what the server may know by this name.
    const id = find(typed).find(each => each.named.kind === "company")?.named.id ?? typed;
    choose([...new Set([...companies, id])]);
    set("");
  };
  return (
    <form class="times" aria-label={words.views["compare"]} onSubmit={event => { event.preventDefault(); add(); }}>
      <label class="field">
        <span>{words.period}</span>
        <select name="period" value={period} onChange={event => change(route, { period: event.currentTarget.value })}>
          {!periods.some(each => each.id === period) && <option value={period}>{visible(period)}</option>}
          {periods.map(each => <option value={each.id}>{`${each.label}${each.id.startsWith("fiscal") ? ` (${words.fiscal})` : ""} · ${words.nCompanies(each.companies.size)}`}</option>)}
        </select>
      </label>
      <div class="field">
        <label for="compare-add">{words.addCompany}</label>
        <input type="text" id="compare-add" dir="auto" autocomplete="off" value={text} disabled={full} aria-describedby="compare-hint"
          onInput={event => set(event.currentTarget.value)} />
        <small id="compare-hint">{full ? words.compareFull(MOST) : words.addCompanyHint}</small>
      </div>
      <span class="buttons"><button type="submit" disabled={full}>{words.add}</button></span>
      <fieldset class="choices">
        <legend>{words.companies}</legend>
        {shown.map(id => (
          <label key={id}>
            <input type="checkbox" checked={companies.includes(id)} disabled={full && !companies.includes(id)}
              onChange={event => choose(event.currentTarget.checked ? [...companies, id] : companies.filter(each => each !== id))} />
            <T>{nameOf("company", id)}</T>
          </label>
        ))}
        {offered.length > OFFERED && <small>{words.searchCut(OFFERED)}</small>}
      </fieldset>
    </form>
  );
}

// Who can be compared, in which currency each, and what stands in the way.
function Compare({ data, companies, period, params }: {
  data: Compared; companies: string[]; period: string; params: Record<string, string>;
}) {
  const inPeriod = data.entries.filter(entry => periodId(entry.key?.capex ?? {}) === period);
  const groups = groupsOf(inPeriod, companies);
  const key = inPeriod[0]?.key?.capex;
  const missing = companies.filter(id => !inPeriod.some(entry => entry.key?.capex?.companies?.includes(id)));
  const others = touching(data.entries, period);
  return (
    <>
      <h2 class="name">{key ? periodOf(key) : visible(period.split(":")[1] ?? "")} {inPeriod[0]?.capex?.validFrom &&
        <span class="faint">{spanWords({ from: inPeriod[0].capex.validFrom, to: inPeriod[0].capex.validTo ?? "" })}</span>}</h2>
      {groups.length === 0 && <Nothing text={words.noneInPeriod} params={params} />}
      <Pictures groups={groups} />
      {groups.length > 0 && (
        <Table label={words.compareTable} head={[words.figureOf, words.kinds["company"]!, words.guidance, words.actual, words.actualAgainst, words.why]}>
          {groups.flatMap(group => group.rows.map((row, i) => <RowLine head={i === 0 && <th scope="row" rowSpan={group.rows.length}>{group.what}</th>} row={row} params={params} />))}
        </Table>
      )}
      {groups.length > 0 && <p class="faint">{words.compareRules}</p>}
      {missing.length > 0 && <Missing companies={missing} entries={data.entries} />}
      {others.length > 0 && (
        <>
          <h2>{words.touching}</h2>
          <p class="faint">{words.touchingHint}</p>
          <Table label={words.touching} head={[words.figureOf, words.figure, words.claims, words.why]}>
            {others.map(entry => (
              <tr><td>{titleOf(entry.key, entry.entryId)}</td><td><Value entry={entry} /></td><td>{words.nClaims(entry.claimCount ?? 0)}</td>
                <td><WhyLink entryId={entry.entryId} params={params} /></td></tr>
            ))}
          </Table>
        </>
      )}
      {data.more && <p class="faint">{words.pages(String(data.entries.length))}</p>}
    </>
  );
}

function Missing({ companies, entries }: { companies: string[]; entries: Entry[] }) {
  return (
    <ul class="notes">
      {companies.map(id => {
        const has = [...new Set(entries.filter(each => each.key?.capex?.companies?.includes(id) && each.key.capex.period).map(each => periodOf(each.key!.capex!)))];
        return <li><EntityLink kind="company" id={id} />: {words.notInPeriod}{has.length > 0 && ` ${words.itHas(has.join(", "))}`}</li>;
      })}
    </ul>
  );
}

function RowLine({ head, row, params }: { head: ComponentChildren; row: Row; params: Record<string, string> }) {
  const found = against(row.actual[0]?.capex?.selected, row.guidance[0]?.capex?.selected);
  const currency = row.actual[0]?.capex?.selected?.amount?.currency ?? "";
  const all = [...row.guidance, ...row.ongoing, ...row.actual];
  return (
    <tr>
      {head}
      <td><Entities kind="company" ids={row.companies} />{row.companies.length > 1 && <span class="faint"> ({words.together})</span>}</td>
      <td>{row.guidance.map(entry => <Value entry={entry} />)}{row.ongoing.map(entry => <Value entry={entry} />)}
        {row.guidance.length + row.ongoing.length === 0 && <span class="faint">{words.notReported}</span>}</td>
      <td>{row.actual.map(entry => <Value entry={entry} />)}{row.actual.length === 0 && <span class="faint">{words.notReported}</span>}</td>
      <td>{found && <>{found.by !== undefined && `${magnitude(found.by)} ${visible(currency)} `}{found.words} <mark class="computed">{words.computed}</mark></>}</td>
      <td>{all.map(entry => <div><WhyLink entryId={entry.entryId} params={params} />{all.length > 1 && ` (${words.enumWords(entry.key?.capex?.basisClass)})`}</div>)}</td>
    </tr>
  );
}

const conversionWords = (each: Conversion) =>
  words.impliedRate(`${each.approximate ? words.about + " " : ""}${magnitude(nanosOf(each.value))} ${visible(each.currency ?? "")}`);

// The selected figure in its own currency, what else stands, and who says so.
function Value({ entry }: { entry: Entry }) {
  const { selected, alternatives = [], comparisons = [], agreement } = entry.capex ?? {};
  const differ = alternatives.filter(each => !each.agrees);
  return (
    <div class="value">
      {selected ? <strong>{figureWords(selected)}</strong> : <span class="faint">{words.noFigure}</span>}
      {" "}<Agreement of={agreement} />
      {(selected?.amount?.statedConversions ?? []).map(each => <div class="faint">{conversionWords(each)}</div>)}
      {growthWords(entry.capex ?? {}).map(each => <div class="faint">{each}</div>)}
      {differ.map(each => <div class="bad">{amountWords(each.amount)}, {words.differs}</div>)}
      {comparisons.map(each => each.sum?.amount && (
        <div class="faint">{words.membersSum(amountWords(each.sum.amount), each.kind === "growth")} <mark class="computed">{words.computed}</mark></div>
      ))}
      <div class="faint"><Source claim={(selected ?? entry.capex?.unquantified?.[0])?.claim} /></div>
    </div>
  );
}

// A picture for each currency: nothing is converted.
function Pictures({ groups }: { groups: Group[] }) {
  const byCurrency = new Map<string, Bar[]>();
  for (const { what, rows } of groups) {
    for (const row of rows) {
      for (const entry of [...row.guidance, ...row.ongoing, ...row.actual]) {
        const selected = entry.capex?.selected;
        const currency = selected?.amount?.currency;
        if (!currency) continue;
        const fact = entry.key?.capex?.basisClass === "BASIS_CLASS_ACTUAL";
        const bar = {
          label: `${companiesOf(entry.key!.capex!)} · ${what} · ${fact ? words.actual : words.guidance}`,
          extent: amountExtent(selected.amount), words: amountWords(selected.amount), forecast: !fact,
        };
        byCurrency.set(currency, [...(byCurrency.get(currency) ?? []), bar]);
      }
    }
  }
  return (
    <>
      {[...byCurrency].map(([currency, bars]) => (
        <>
          <h3>{words.figuresIn(visible(currency))} {byCurrency.size > 1 && <span class="faint">{words.ownScale}</span>}</h3>
          <Bars above bars={bars} label={words.figuresIn(visible(currency))} />
        </>
      ))}
    </>
  );
}
