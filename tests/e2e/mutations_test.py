"""Requests with bytes changed at random, to every RPC: each is answered or refused with a code that means
something, and none harms the server. Fails with the seed and the bytes."""

import random
import unittest

import grpc

import claims
from contract import pb
from server_case import ServerCase

SEED = 20260115
ROUNDS = 120
# What a request may be told. UNKNOWN, INTERNAL and UNAVAILABLE would be a fault of the server.
ANSWERS = {grpc.StatusCode[name] for name in (
    "OK", "INVALID_ARGUMENT", "NOT_FOUND", "ALREADY_EXISTS", "ABORTED", "OUT_OF_RANGE",
    "FAILED_PRECONDITION")}


def mutated(chance, content):
    """The bytes with one to four of them changed, taken away, added, or doubled."""
    result = bytearray(content)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(result) + 1)
        kind = chance.randrange(5)
        if kind == 0 and at < len(result):
            result[at] = chance.randrange(256)
        elif kind == 1 and at < len(result):
            result[at] ^= 1 << chance.randrange(8)
        elif kind == 2:
            result[at:at] = chance.randbytes(chance.randint(1, 8))
        elif kind == 3:
            del result[at:at + chance.randint(1, 8)]
        else:
            result[at:at] = result[at:at + chance.randint(1, 64)]
    return bytes(result)


class MutationsTest(ServerCase):
    def requests(self):
        """One good request of each kind, by method."""
        everything = pb.Filter(event_types=[pb.EVENT_TYPE_CHIP_ORDER], companies=["acme"], chips=["h20"],
                               subject_patterns=["order.>"], jurisdictions=["cn"])
        query = pb.TimelineQuery(export_rule=pb.ExportRuleQuery(chip="h200", destination="cn"))
        known = pb.Known(publication_date="2025-06-15")
        token = self.client.log.ListEvents(pb.ListEventsRequest(page_size=1)).next_page_token
        event = claims.order("acme", for_period=pb.Period(kind=pb.PERIOD_KIND_CALENDAR, edtf="2026"),
                             unit_price=claims.amount(20_000, "USD"), destination=claims.ref("cn"))
        append = pb.AppendEventsRequest(
            events=[event, claims.alias("acme", "شركة"), claims.capex("acme")],
            preconditions=[pb.Precondition(subject="capex.acme", expected_revision=1)])
        return {
            "EventLogService/AppendEvents": append,
            "EventLogService/PipelineAppend": pb.PipelineAppendRequest(request_id=7, append=append),
            "EventLogService/GetEvent": pb.GetEventRequest(event_id="first"),
            "EventLogService/ListEvents": pb.ListEventsRequest(
                filter=everything, page_size=5, page_token=token, after_position=1),
            "EventLogService/ReadEvents": pb.ReadEventsRequest(filter=everything, after_position=1),
            "EventLogService/ListSubjects": pb.ListSubjectsRequest(subject_pattern="capex.*"),
            "SubscriptionService/Subscribe": pb.SubscribeRequest(
                filter=everything, after_position=1, heartbeat_interval={"seconds": 9},
                shard=pb.Shard(index=1, count=2), client_name="mutated"),
            "SubscriptionService/CommitCursor": pb.CommitCursorRequest(
                name="mutated", position=1, expected_position=0),
            "SubscriptionService/GetCursor": pb.GetCursorRequest(name="mutated"),
            "SubscriptionService/ListCursors": pb.ListCursorsRequest(page_size=3),
            "TimelineService/GetTimeline": pb.GetTimelineRequest(
                query=query, known=known, valid=pb.ValidTime(day="2025-07-01"), page_size=3),
            "TimelineService/WatchTimelines": pb.WatchTimelinesRequest(
                query=query, heartbeat_interval={"seconds": 9}),
            "TimelineService/ListTimelines": pb.ListTimelinesRequest(prefix="rule/", page_size=3),
            "TimelineService/ExplainEntry": pb.ExplainEntryRequest(
                entry_id="rule/h200/cn/us/export", known=known),
            "AdminService/ListSubscribers": pb.ListSubscribersRequest(page_size=3),
            "AdminService/VerifyLog": pb.VerifyLogRequest(max_bytes_per_second=2**20),
            "AdminService/BackUpLog": pb.BackUpLogRequest(to="mutated", keep=3),
        }

    def outcome(self, method, content):
        """The code that the call ends with; OK for a stream that gave a message."""
        path = f"/chipline.v1.{method}"
        if method.endswith("PipelineAppend"):
            stream = self.client.channel.stream_stream(path)(iter([content]))
        else:
            stream = self.client.channel.unary_stream(path)(content)
        try:
            next(stream, None)
        except grpc.RpcError as error:
            return error.code()
        stream.cancel()
        return grpc.StatusCode.OK

    def test_nothing_that_is_sent_harms_the_server(self):
        self.append(claims.capex("acme", event_id="first"), claims.rule("h200"))
        requests = self.requests()
        chance = random.Random(SEED)
        for method, request in requests.items():
            good = request.SerializeToString()
            for _ in range(ROUNDS):
                content = mutated(chance, good)
                code = self.outcome(method, content)
                self.assertIn(code, ANSWERS, f"{method}, seed {SEED}: {content.hex()}")
            self.serves()
        # What got in is a log as any other.
        parts = list(self.client.log.ReadEvents(pb.ReadEventsRequest()))
        positions = [e.position for part in parts for e in part.events]
        self.assertEqual(positions, list(range(1, self.head() + 1)))
        self.server.kill()
        self.server.start()
        self.assertEqual(self.head(), len(positions))
        self.client.timelines.GetTimeline(pb.GetTimelineRequest(
            query=pb.TimelineQuery(company=pb.CompanyQuery(company="acme")),
            min_position=len(positions)))


if __name__ == "__main__":
    unittest.main()
