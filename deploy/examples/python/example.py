"""A client of Chipline in Python: append with retries, follow the log and watch a timeline from a saved place.

    chipline proto --out proto
    mkdir stubs
    (cd proto && protoc -I. --python_out=../stubs chipline/v1/*.proto google/rpc/*.proto)
    PYTHONPATH=stubs python3 example.py localhost:7417 append PREFIX COUNT | follow PLACE | watch COMPANY PLACE
"""

import pathlib
import sys
import time

import grpc
from chipline.v1 import event_log_service_pb2 as log_pb
from chipline.v1 import event_pb2, usage_report_pb2, values_pb2
from chipline.v1 import subscription_service_pb2 as subscription_pb
from chipline.v1 import timeline_service_pb2 as timeline_pb

# What may succeed later. An append is sent again with the same event ids, so it is never in the log twice.
LATER = {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED, grpc.StatusCode.RESOURCE_EXHAUSTED}


def retry(call):
    """What `call` returns once it succeeds, after longer and longer waits."""
    wait = 0.1
    while True:
        try:
            return call()
        except grpc.RpcError as error:
            if error.code() not in LATER:
                raise
            print(f"{error.code().name}: {error.details()}", file=sys.stderr, flush=True)
            time.sleep(wait)
            wait = min(2 * wait, 2)


def append(channel, prefix, count):
    call = channel.unary_unary("/chipline.v1.EventLogService/AppendEvents",
                               log_pb.AppendEventsRequest.SerializeToString, log_pb.AppendEventsResponse.FromString)
    for number in range(1, int(count) + 1):
        event = event_pb2.Event(event_id=f"{prefix}-{number}", usage_report=usage_report_pb2.UsageReport(
            company=values_pb2.Ref(id=prefix), metric=usage_report_pb2.USAGE_METRIC_TOKENS_PER_DAY,
            value=values_pb2.Quantity(unit=values_pb2.UNIT_TOKEN, value=number, bound=values_pb2.BOUND_EXACT),
            as_of=values_pb2.Date(edtf=f"{2000 + number}")))
        request = log_pb.AppendEventsRequest(events=[event])
        answer = retry(lambda request=request: call(request, timeout=10))
        print(event.event_id, answer.events[0].position, flush=True)


def go_on(call, request, place, handle):
    """Hands over each message of a stream, and begins again after the last one handled when it breaks. The file
    `place` is written after each message, so what is handled last may be handled again after a crash."""
    def once():
        if place.exists():
            request.resume_token = place.read_text()
        # A heartbeat comes every 15 s. Keepalive (main) ends a connection that is dead.
        for message in call(request):
            handle(message)
            new = place.with_name(place.name + ".new")
            # Empty within a snapshot, which can only be begun again.
            new.write_text(message.resume_token)
            new.replace(place)
    while True:
        retry(once)


def follow(channel, place):
    def show(message):
        for recorded in message.batch.events:
            print(recorded.event.event_id, recorded.position, flush=True)
    call = channel.unary_stream("/chipline.v1.SubscriptionService/Subscribe",
                                subscription_pb.SubscribeRequest.SerializeToString,
                                subscription_pb.SubscribeResponse.FromString)
    go_on(call, subscription_pb.SubscribeRequest(client_name="example"), pathlib.Path(place), show)


def watch(channel, company, place):
    def show(message):
        for entry in message.snapshot.entries:
            print("is", entry.entry_id, entry.claim_count, flush=True)
        for change in message.changes.changes:
            print("changed", change.entry_id, *change.cause_event_ids, flush=True)
        if message.HasField("reset"):
            print("forget all", flush=True)
    call = channel.unary_stream("/chipline.v1.TimelineService/WatchTimelines",
                                timeline_pb.WatchTimelinesRequest.SerializeToString,
                                timeline_pb.WatchTimelinesResponse.FromString)
    query = timeline_pb.TimelineQuery(usage=timeline_pb.UsageQuery(company=company))
    go_on(call, timeline_pb.WatchTimelinesRequest(query=query, client_name="example"), pathlib.Path(place), show)


if __name__ == "__main__":
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    with grpc.insecure_channel(sys.argv[1], [("grpc.keepalive_time_ms", 20_000)]) as opened:
        {"append": append, "follow": follow, "watch": watch}[sys.argv[2]](opened, *sys.argv[3:])
