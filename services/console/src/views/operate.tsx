import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Answer, CopyCall, ErrorBox, Table } from "../parts";
import { CallError, call } from "../api";
import { Instant, instantWords } from "../days";
import { count } from "../figures";
import { useLoad } from "../load";
import { T, visible } from "../text";
import { words } from "../words";

const EVERY_MS = 5_000;
const PAGE = 200;
const SOON_DAYS = 14;
// Timelines follow within a moment; more than this is worth a look.
const LAG_EVENTS = 10_000;

type Fields = Record<string, string | undefined>;
interface Info extends Fields { }
interface Node { node?: string; self?: boolean; version?: string; headPosition?: string; lagMessages?: string; problem?: string; agreement?: string; heardTime?: string }
interface Subscriber { clientName?: string; peer?: string; method?: string; state?: string; position?: string; lagEvents?: string; startTime?: string; principal?: string }
interface Cursor { name?: string; position?: string; commitTime?: string }
interface Cluster { nodes?: Node[]; streamProblem?: string }
interface State {
  info: Info; stats: Fields;
  subscribers: Subscriber[] | CallError;
  cursors: Cursor[] | CallError;
  cluster: Cluster | CallError;
}

// What a caller may not read, or what this server does not do, is a part without content.
async function part<A, B>(asked: Promise<A>, pick: (answer: A) => B): Promise<B | CallError> {
  try {
    return pick(await asked);
  } catch (cause) {
    if (cause instanceof CallError && cause.code !== "away") return cause;
    throw cause;
  }
}

async function read(signal: AbortSignal): Promise<State> {
  const [info, stats, subscribers, cursors, cluster] = await Promise.all([
    call<Info>("AdminService/GetServerInfo", {}, signal),
    call<Fields>("AdminService/GetStats", {}, signal),
    part(call<{ subscribers?: Subscriber[] }>("AdminService/ListSubscribers", { pageSize: PAGE }, signal), of => of.subscribers ?? []),
    part(call<{ cursors?: Cursor[] }>("SubscriptionService/ListCursors", { pageSize: PAGE }, signal), of => of.cursors ?? []),
    part(call<Cluster>("AdminService/GetCluster", {}, signal), of => of),
  ]);
  return { info, stats, subscribers, cursors, cluster };
}

const behind = (head: string | undefined, at: string | undefined) => BigInt(head ?? 0) - BigInt(at ?? 0);

function warnings({ info, stats, cluster }: State): string[] {
  const found: string[] = [];
  if (stats["rebuildTarget"]) found.push(words.warnRebuild(count(stats["rebuildPosition"]), count(stats["rebuildTarget"])));
  else if (behind(stats["headPosition"], stats["viewPosition"]) > LAG_EVENTS) {
    found.push(words.warnLag(count(behind(stats["headPosition"], stats["viewPosition"]).toString())));
  }
  if (stats["indexRebuildTarget"]) found.push(words.warnIndex(count(stats["indexRebuildPosition"]), count(stats["indexRebuildTarget"])));
  if (stats["diskErrors"]) found.push(words.warnDisk(count(stats["diskErrors"])));
  if (info["durability"] === "DURABILITY_NO_SYNC") found.push(words.warnSync);
  const expires = stats["certificateExpireTime"];
  if (expires) {
    const days = Math.floor((Date.parse(expires) - Date.now()) / 86_400_000);
    if (days < SOON_DAYS) found.push(words.warnCertificate(days));
  }
  if (cluster instanceof CallError) return found;
  if (cluster.streamProblem) found.push(words.warnStream(visible(cluster.streamProblem)));
  for (const node of cluster.nodes ?? []) {
    if (node.problem) found.push(words.warnNode(visible(node.node ?? ""), visible(node.problem)));
    if (node.agreement === "NODE_AGREEMENT_DIFFERS") found.push(words.warnNode(visible(node.node ?? ""), words.differs2));
  }
  return found;
}

function bytes(text: string | undefined): string {
  let value = Number(text ?? 0);
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let unit = 0;
  while (value >= 1024 && unit + 1 < units.length) {
    value /= 1024;
    ++unit;
  }
  return unit === 0 ? `${value} B` : `${value.toFixed(1)} ${units[unit]}`;
}

export function OperateView() {
  const [tick, set] = useState(0);
  const [kept, keep] = useState<State | undefined>();
  const loaded = useLoad(read, [tick]);
  useEffect(() => {
    if (loaded.data) keep(loaded.data);
  }, [loaded.data]);
  useEffect(() => {
    const timer = setInterval(() => {
      if (!document.hidden) set(n => n + 1);
    }, EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  const data = loaded.data ?? kept;
  return (
    <>
      <h1>{words.operateTitle}</h1>
      {data && loaded.error && <ErrorBox error={loaded.error} />}
      {data ? <Content state={data} /> : <Answer of={loaded}>{() => null}</Answer>}
      <CopyCall method="AdminService/GetStats" request={{}} />
    </>
  );
}

function Content({ state }: { state: State }) {
  const { info, stats } = state;
  const found = warnings(state);
  const whole = !(state.cluster instanceof CallError);
  const facts: [string, string][] = [
    [words.head, count(stats["headPosition"])],
    [words.viewLag, `${count(behind(stats["headPosition"], stats["viewPosition"]).toString())} ${words.events}`],
    [words.indexLag, count(stats["indexedPosition"])],
    [words.appended, count(stats["appendedEvents"])],
    [words.refused, count(stats["refusedAppends"])],
    [words.duplicates, count(stats["duplicateEvents"])],
    [words.queue, bytes(stats["queuedBytes"])],
    [words.disk, bytes(stats["diskBytes"])],
    [words.diskErrors, count(stats["diskErrors"])],
    [words.entries, count(stats["entries"])],
    [words.streams, count(stats["streams"])],
    [words.version, visible(info["version"] ?? "")],
    [words.logId, visible(info["logId"] ?? "")],
    [words.epoch, info["epoch"] ?? ""],
    [words.durability, info["durability"] === "DURABILITY_NO_SYNC" ? words.notDurable : words.durable],
    [words.started, instantWords(info["startTime"])],
    [words.certificate, stats["certificateExpireTime"] ? instantWords(stats["certificateExpireTime"]) : words.noCertificate],
  ];
  return (
    <>
      {found.length === 0
        ? <p class="good well">{whole ? words.well : words.wellPart}</p>
        : <div class="error" role="alert"><strong>{words.notWell}</strong><ul>{found.map(each => <li>{each}</li>)}</ul></div>}
      <dl class="facts">{facts.map(([name, value]) => <div><dt>{name}</dt><dd>{value}</dd></div>)}</dl>
      <Part title={words.subscribers} of={state.subscribers}>{all => <Subscribers all={all} />}</Part>
      <Part title={words.cursors} of={state.cursors}>{all => <Cursors all={all} head={stats["headPosition"]} />}</Part>
      <Part title={words.nodes} of={state.cluster}>{cluster => <Nodes all={cluster.nodes ?? []} />}</Part>
      <h2>{words.groups}</h2>
      <p class="faint">{words.groupsLeft}</p>
      <h2>{words.backups}</h2>
      <p class="faint">{words.backupsLeft} {words.spaceLeft}</p>
    </>
  );
}

function Part<D>({ title, of, children }: { title: string; of: D | CallError; children: (data: D) => ComponentChildren }) {
  return (
    <>
      <h2>{title}</h2>
      {of instanceof CallError
        ? <p class="faint">{words.errors[of.code] ?? words.error} <T>{of.message}</T></p> : children(of)}
    </>
  );
}

function Subscribers({ all }: { all: Subscriber[] }) {
  if (all.length === 0) return <p class="faint">{words.noSubscribers}</p>;
  return (
    <Table label={words.subscribers} head={[words.name, words.method, words.state, words.lag, words.peer, words.principal, words.started]}>
      {all.map(each => (
        <tr>
          <td><T>{each.clientName}</T></td><td><T>{each.method?.split("/").at(-1)}</T></td><td>{words.enumWords(each.state)}</td>
          <td>{count(each.lagEvents)}</td><td><T>{each.peer}</T></td><td><T>{each.principal}</T></td><td><Instant at={each.startTime} /></td>
        </tr>
      ))}
    </Table>
  );
}

function Cursors({ all, head }: { all: Cursor[]; head: string | undefined }) {
  if (all.length === 0) return <p class="faint">{words.noCursors}</p>;
  return (
    <Table label={words.cursors} head={[words.name, words.position("").trim(), words.lag, words.committed]}>
      {all.map(each => (
        <tr>
          <td><T>{each.name}</T></td><td>{count(each.position)}</td>
          <td>{count(behind(head, each.position).toString())}</td><td><Instant at={each.commitTime} /></td>
        </tr>
      ))}
    </Table>
  );
}

function Nodes({ all }: { all: Node[] }) {
  if (all.length === 0) return <p class="faint">{words.noNodes}</p>;
  return (
    <Table label={words.nodes} head={[words.node, words.version, words.head, words.lag, words.agreement, words.problem]}>
      {all.map(each => (
        <tr>
          <td><T>{each.node}</T>{each.self && ` (${words.self})`}</td><td><T>{each.version}</T></td><td>{count(each.headPosition)}</td>
          <td>{count(each.lagMessages)}</td><td>{words.enumWords(each.agreement)}</td><td><T>{each.problem}</T></td>
        </tr>
      ))}
    </Table>
  );
}
