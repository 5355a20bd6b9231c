"""What the abusers do. An abuse is described by what one of its processes does; all processes do the same."""

import dataclasses

from contract import pb
from protobuf_wire import field
from scene import COMPANIES, ENTRIES, MENTIONS, alias, company, one_of_many, small
from wire import ADMIN, LOG, SUBSCRIPTIONS, TIMELINES

# No subject has it.
USAGE_NOWHERE = "usage.*.nomatch"
NOWHERE = "*.nomatch.>"
PAGE = 1000
# What fits into a request of 4 MiB, as often as it does.
EMPTY_MESSAGES = 2_000_000
UNKNOWN_FIELDS = 1_390_000


@dataclasses.dataclass
class Abuse:
    name: str
    # Of each process; the keys other than `kind` and `count` (threads that do the same) are arguments of the method
    # of Abuser that `kind` names.
    parts: list
    # What must have happened in all of the processes, or it was no abuse.
    happens: str
    processes: int = 2
    # What a p99 may come to in a short run whatever the multiple.
    passes_ms: float = 250


def calls(at_a_time, *methods, seconds=30):
    return {"kind": "calls", "count": at_a_time, "seconds": seconds,
            "methods": [(method, streams, [request if isinstance(request, bytes) else request.SerializeToString()
                                           for request in requests])
                        for method, streams, requests in methods]}


def silent(connections, streams, method, request, trickle=0):
    return {"kind": "silent", "count": connections, "streams": streams, "method": method,
            "request": request.SerializeToString(), "trickle": trickle}


def pages(ask, request):
    """The request for each page, by the tokens that the server gives."""
    found = []
    while True:
        found.append(request.SerializeToString())
        request.page_token = ask(request).next_page_token
        if not request.page_token:
            return found


def usage_of(name):
    return pb.TimelineQuery(usage=pb.UsageQuery(company=name))


def everything_of(name):
    return pb.TimelineQuery(company=pb.CompanyQuery(company=name))


def scans():
    nowhere = pb.Filter(subject_patterns=[NOWHERE])
    usage = pb.Filter(subject_patterns=[USAGE_NOWHERE])
    yield Abuse("ListEvents that matches nothing, both ways", [calls(
        32, (LOG + "ListEvents", False, [pb.ListEventsRequest(filter=nowhere),
                                         pb.ListEventsRequest(filter=nowhere, backward=True)]))], "OK")
    yield Abuse("ListSubjects that matches nothing", [calls(
        32, (LOG + "ListSubjects", False, [pb.ListSubjectsRequest(subject_pattern=pattern)
                                           for pattern in (NOWHERE, USAGE_NOWHERE)]))], "OK")
    yield Abuse("ReadEvents that matches nothing", [calls(
        32, (LOG + "ReadEvents", True, [pb.ReadEventsRequest(filter=each) for each in (nowhere, usage)]))], "OK")
    # A subscription does not end by itself.
    yield Abuse("Subscribe that matches nothing", [calls(
        32, (SUBSCRIPTIONS + "Subscribe", True, [pb.SubscribeRequest(after_position=0, filter=each)
                                                 for each in (nowhere, usage)]), seconds=0.5)], "DEADLINE_EXCEEDED")


def large_pages(client, head):
    yield Abuse("ListEvents, pages of 1,000", [calls(
        16, (LOG + "ListEvents", False, [pb.ListEventsRequest(after_position=after, page_size=PAGE)
                                         for after in range(0, head, PAGE)]))], "OK")
    listing = pages(client.timelines.ListTimelines, pb.ListTimelinesRequest(page_size=PAGE))
    yield Abuse("ListTimelines of everything", [calls(16, (TIMELINES + "ListTimelines", False, listing))], "OK")
    many = pages(client.timelines.GetTimeline, pb.GetTimelineRequest(query=everything_of("many"), page_size=PAGE))
    yield Abuse(f"GetTimeline of {ENTRIES:,} entries", [calls(32, (TIMELINES + "GetTimeline", False, many))], "OK")
    past = [pb.GetTimelineRequest(query=query, known=pb.Known(position=head - back), page_size=PAGE)
            for back in (10_000, 20_000) for query in (everything_of("many"), usage_of("large"), usage_of(company(1)))]
    yield Abuse("GetTimeline as known in the past", [calls(32, (TIMELINES + "GetTimeline", False, past))], "OK")
    explained = pages(client.timelines.ExplainEntry,
                      pb.ExplainEntryRequest(entry_id="usage/large/tokens-per-day", page_size=PAGE))
    yield Abuse("ExplainEntry of the large entry", [calls(32, (TIMELINES + "ExplainEntry", False, explained))], "OK")


def old_token(client):
    """Of a watch of the many entries, from before some of them changed."""
    watch = client.timelines.WatchTimelines(pb.WatchTimelinesRequest(query=everything_of("many")))
    for message in watch:
        token = message.resume_token
        if message.HasField("caught_up"):
            break
    watch.cancel()
    client.raw(LOG + "AppendEvents", b"".join(
        field(1, field(1, b"since-%d" % number) + one_of_many(number)) for number in range(1000)))
    return token


def watches(client):
    resumed = pb.WatchTimelinesRequest(query=everything_of("many"), resume_token=old_token(client))
    yield Abuse("200 watches resumed at once", [calls(
        100, (TIMELINES + "WatchTimelines", True, [resumed]), seconds=5)], "message")
    watch = pb.WatchTimelinesRequest(query=everything_of("many"))
    changes = [one_of_many(number) for number in range(ENTRIES)]
    yield Abuse("200 stalled watches, their entries change", [
        silent(2, 50, TIMELINES + "WatchTimelines", watch),
        {"kind": "appends", "count": 2, "events": changes, "size": 20}], "OK")
    moves = [alias("company-1", pb.ALIAS_OPERATION_ADD), alias("company-1", pb.ALIAS_OPERATION_REMOVE)]
    yield Abuse(f"aliases that move {MENTIONS} claims, watched", [
        calls(8, (TIMELINES + "WatchTimelines", True, [pb.WatchTimelinesRequest(query=usage_of(company(1)))]),
              seconds=5),
        {"kind": "appends", "count": 1, "events": moves}], "OK")


def large_requests():
    yield Abuse("appends of 2,000,000 empty events", [calls(
        4, (LOG + "AppendEvents", False, [b"\x0a\x00" * EMPTY_MESSAGES]))], "INVALID_ARGUMENT")
    yield Abuse("filters of 2,000,000 empty patterns", [calls(
        4, (LOG + "ListEvents", False, [field(3, b"\x12\x00" * EMPTY_MESSAGES)]))], "INVALID_ARGUMENT")
    yield Abuse("appends of 1,390,000 unknown fields", [calls(
        4, (LOG + "AppendEvents", False, [b"".join(field(100 + i % 20, b"") for i in range(UNKNOWN_FIELDS))]))],
        "INVALID_ARGUMENT")


def streams():
    everything = pb.SubscribeRequest(after_position=0)
    yield Abuse("1,000 subscriptions that never read", [
        silent(5, 100, SUBSCRIPTIONS + "Subscribe", everything)], "stream")
    yield Abuse("slow readers", [silent(4, 1, SUBSCRIPTIONS + "Subscribe", everything, trickle=4096)], "stream")
    yield Abuse("VerifyLog and BackUpLog", [
        calls(1, (ADMIN + "VerifyLog", True, [pb.VerifyLogRequest()])),
        calls(1, (ADMIN + "BackUpLog", True, [pb.BackUpLogRequest(keep=1)]))], "OK")
    yield Abuse("appends at full speed by PipelineAppend", [
        {"kind": "pipeline", "count": 1, "events": [small(number) for number in range(COMPANIES)], "size": 16,
         "window": 64}], "OK")


def half_requests():
    # Last, for the server bans their host for a while. When it has ended their connections, gRPC ends tens of
    # thousands of calls in one go, on the threads that read from all other connections: once, some calls of others
    # wait seconds, and in a short run these few are the p99.
    for acknowledges in (True, False):
        words = "acknowledge" if acknowledges else "do not acknowledge"
        yield Abuse(f"half requests of clients that {words} SETTINGS", [
            {"kind": "halves", "count": 16, "acknowledges": acknowledges}], "half request",
            passes_ms=15_000)


def all_abuses(client, head):
    yield from scans()
    yield from large_pages(client, head)
    yield from watches(client)
    yield from large_requests()
    yield from streams()
    yield from half_requests()


CONTROL = Abuse("control: busy loops, not at the server", [{"kind": "burn", "count": 1}], "")
