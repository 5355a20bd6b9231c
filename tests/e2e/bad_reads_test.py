"""Questions that are refused: with which code, reason and fields, and that the server goes on."""

import unittest

import grpc

import claims
from chipline_process import Server
from contract import pb
from server_case import ServerCase

OUT_OF_RANGE = grpc.StatusCode.OUT_OF_RANGE
FAR = 10**12


class BadReadTest(ServerCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        log = cls.server.client.log
        for i in range(5):
            log.AppendEvents(pb.AppendEventsRequest(events=[claims.capex(f"company-{i}")]))

    def streams(self, request):
        return list(self.client.subscriptions.Subscribe(request, timeout=10))

    def test_a_position_beyond_the_head_is_out_of_range_everywhere(self):
        log, timelines = self.client.log, self.client.timelines
        query = pb.TimelineQuery(usage=pb.UsageQuery(company="acme"))
        calls = {
            "GetEvent": lambda: log.GetEvent(pb.GetEventRequest(position=FAR)),
            "ListEvents": lambda: log.ListEvents(pb.ListEventsRequest(after_position=FAR)),
            "ReadEvents": lambda: list(log.ReadEvents(pb.ReadEventsRequest(after_position=FAR))),
            "Subscribe": lambda: self.streams(pb.SubscribeRequest(after_position=FAR)),
            "CommitCursor": lambda: self.client.subscriptions.CommitCursor(
                pb.CommitCursorRequest(name="far", position=FAR)),
            "GetTimeline known": lambda: timelines.GetTimeline(
                pb.GetTimelineRequest(query=query, known=pb.Known(position=FAR))),
            "GetTimeline min_position": lambda: timelines.GetTimeline(
                pb.GetTimelineRequest(query=query, min_position=FAR)),
        }
        for name, call in calls.items():
            with self.subTest(name):
                self.assert_refused(call, OUT_OF_RANGE, "POSITION_BEYOND_HEAD")

    def test_a_start_in_the_future_is_out_of_range(self):
        request = pb.SubscribeRequest()
        request.start_time.FromJsonString("2999-01-01T00:00:00Z")
        self.assert_refused(lambda: self.streams(request), OUT_OF_RANGE, "TIME_IN_FUTURE")

    def test_a_time_that_is_none_is_refused(self):
        request = pb.SubscribeRequest()
        request.start_time.nanos = -5
        self.assert_fields(lambda: self.streams(request), "start_time")
        request = pb.ListEventsRequest()
        request.end_time.seconds = 10**15
        self.assert_fields(lambda: self.client.log.ListEvents(request), "end_time")

    def test_a_negative_page_size_is_refused_everywhere(self):
        query = pb.TimelineQuery(usage=pb.UsageQuery(company="acme"))
        calls = {
            "ListEvents": lambda: self.client.log.ListEvents(pb.ListEventsRequest(page_size=-1)),
            "ListSubjects": lambda: self.client.log.ListSubjects(pb.ListSubjectsRequest(page_size=-1)),
            "ListCursors": lambda: self.client.subscriptions.ListCursors(
                pb.ListCursorsRequest(page_size=-1)),
            "GetTimeline": lambda: self.client.timelines.GetTimeline(
                pb.GetTimelineRequest(query=query, page_size=-1)),
            "ListTimelines": lambda: self.client.timelines.ListTimelines(
                pb.ListTimelinesRequest(page_size=-1)),
            "ListSubscribers": lambda: self.client.admin.ListSubscribers(
                pb.ListSubscribersRequest(page_size=-1)),
        }
        for name, call in calls.items():
            with self.subTest(name):
                self.assert_fields(call, "page_size")

    def test_a_damaged_page_token_is_refused_everywhere(self):
        page = self.client.log.ListEvents(pb.ListEventsRequest(page_size=1))
        middle = len(page.next_page_token) // 2
        wrong = "A" if page.next_page_token[middle] != "A" else "B"
        flipped = page.next_page_token[:middle] + wrong + page.next_page_token[middle + 1:]
        query = pb.TimelineQuery(usage=pb.UsageQuery(company="acme"))
        for token in (flipped, page.next_page_token[:-6], "not a token", "🦖", "A" * 4000):
            calls = {
                "ListEvents": lambda: self.client.log.ListEvents(
                    pb.ListEventsRequest(page_size=1, page_token=token)),
                "ListSubjects": lambda: self.client.log.ListSubjects(
                    pb.ListSubjectsRequest(page_token=token)),
                "ListCursors": lambda: self.client.subscriptions.ListCursors(
                    pb.ListCursorsRequest(page_token=token)),
                "GetTimeline": lambda: self.client.timelines.GetTimeline(
                    pb.GetTimelineRequest(query=query, page_token=token)),
                "ListTimelines": lambda: self.client.timelines.ListTimelines(
                    pb.ListTimelinesRequest(page_token=token)),
                "ListSubscribers": lambda: self.client.admin.ListSubscribers(
                    pb.ListSubscribersRequest(page_token=token)),
            }
            for name, call in calls.items():
                with self.subTest(name, token=token[:20]):
                    self.assert_fields(call, "page_token")

    def test_a_page_token_of_another_query_is_refused(self):
        page = self.client.log.ListEvents(pb.ListEventsRequest(page_size=1))
        request = pb.ListEventsRequest(page_size=1, page_token=page.next_page_token,
                                       filter=pb.Filter(companies=["company-1"]))
        self.assert_refused(lambda: self.client.log.ListEvents(request),
                            grpc.StatusCode.FAILED_PRECONDITION, "TOKEN_OTHER_QUERY")

    def test_a_filter_of_65_values_is_refused_everywhere(self):
        many = pb.Filter(companies=[f"company-{i}" for i in range(64)], chips=["h20"])
        calls = {
            "ListEvents": lambda: self.client.log.ListEvents(pb.ListEventsRequest(filter=many)),
            "ReadEvents": lambda: list(self.client.log.ReadEvents(pb.ReadEventsRequest(filter=many))),
            "Subscribe": lambda: self.streams(pb.SubscribeRequest(filter=many)),
        }
        for name, call in calls.items():
            with self.subTest(name):
                self.assert_fields(call, "filter")

    def test_a_value_of_a_filter_that_is_none_is_refused_by_its_path(self):
        wrong = {
            "filter.event_types[1]": pb.Filter(event_types=[pb.EVENT_TYPE_CHIP_ORDER, 77]),
            "filter.subject_patterns[0]": pb.Filter(subject_patterns=["capex.>.more"]),
            "filter.companies[0]": pb.Filter(companies=["Not An Id"]),
            "filter.chips[0]": pb.Filter(chips=[""]),
            "filter.jurisdictions[0]": pb.Filter(jurisdictions=["الصين"]),
        }
        for path, wanted in wrong.items():
            with self.subTest(path):
                self.assert_fields(
                    lambda wanted=wanted: self.client.log.ListEvents(
                        pb.ListEventsRequest(filter=wanted)), path)
        self.assert_fields(
            lambda: self.client.log.ListSubjects(pb.ListSubjectsRequest(subject_pattern="capex..x")),
            "subject_pattern")

    def test_a_heartbeat_out_of_range_is_refused(self):
        query = pb.TimelineQuery(usage=pb.UsageQuery(company="acme"))
        for seconds, nanos in ((0, 0), (0, 999_999_999), (3600, 1), (-1, 0), (10**12, 0), (1, -5)):
            with self.subTest(seconds=seconds, nanos=nanos):
                subscribe = pb.SubscribeRequest()
                watch = pb.WatchTimelinesRequest(query=query)
                for request in (subscribe, watch):
                    request.heartbeat_interval.SetInParent()
                    request.heartbeat_interval.seconds = seconds
                    request.heartbeat_interval.nanos = nanos
                self.assert_fields(lambda: self.streams(subscribe), "heartbeat_interval")
                self.assert_fields(
                    lambda: list(self.client.timelines.WatchTimelines(watch, timeout=10)),
                    "heartbeat_interval")

    def test_the_other_bounds_of_a_subscription_are_kept(self):
        wrong = {
            "max_batch_bytes": pb.SubscribeRequest(max_batch_bytes=100),
            "client_name": pb.SubscribeRequest(client_name="n" * 129),
            "head": pb.SubscribeRequest(head=False),
            "shard.count": pb.SubscribeRequest(shard=pb.Shard(index=0, count=0)),
            "shard.index": pb.SubscribeRequest(shard=pb.Shard(index=4, count=4)),
            "resume_token": pb.SubscribeRequest(resume_token="torn"),
        }
        for name, request in wrong.items():
            with self.subTest(name):
                self.assert_fields(lambda request=request: self.streams(request), name)

    def test_a_cursor_s_name_and_place_are_checked(self):
        subscriptions = self.client.subscriptions
        for name in ("", "with space", "n" * 129, "ünicode", "a/b"):
            with self.subTest(name):
                self.assert_fields(
                    lambda name=name: subscriptions.GetCursor(pb.GetCursorRequest(name=name)), "name")
                self.assert_fields(
                    lambda name=name: subscriptions.CommitCursor(
                        pb.CommitCursorRequest(name=name, position=1)), "name")
        self.assert_refused(lambda: subscriptions.GetCursor(pb.GetCursorRequest(name="nobody")),
                            grpc.StatusCode.NOT_FOUND, "CURSOR_NOT_FOUND")
        subscriptions.CommitCursor(pb.CommitCursorRequest(name="moved", position=2))
        refused = self.assert_refused(
            lambda: subscriptions.CommitCursor(
                pb.CommitCursorRequest(name="moved", position=3, expected_position=1)),
            grpc.StatusCode.ABORTED, "EXPECTED_POSITION_DIFFERS")
        self.assertEqual(refused.precondition_failure.violations[0].subject, "moved")

    def test_an_event_that_is_not_there_and_a_question_without_one_are_refused(self):
        log = self.client.log
        self.assert_refused(lambda: log.GetEvent(pb.GetEventRequest(event_id="nobody")),
                            grpc.StatusCode.NOT_FOUND, "EVENT_NOT_FOUND")
        self.assert_fields(lambda: log.GetEvent(pb.GetEventRequest()), "event")
        self.assert_fields(lambda: log.GetEvent(pb.GetEventRequest(position=0)), "position")

    def test_an_unknown_field_of_a_question_is_refused(self):
        unknown = bytes([0xBA, 0x3E, 1]) + b"x"  # Field 999.
        for method in ("EventLogService/GetHead", "EventLogService/ListEvents",
                       "EventLogService/GetEvent", "EventLogService/ListSubjects",
                       "SubscriptionService/GetCursor", "SubscriptionService/CommitCursor",
                       "SubscriptionService/ListCursors", "TimelineService/GetTimeline",
                       "TimelineService/ListTimelines", "TimelineService/ExplainEntry",
                       "AdminService/GetServerInfo", "AdminService/GetStats",
                       "AdminService/ListSubscribers"):
            with self.subTest(method):
                self.assert_fields(
                    lambda method=method: self.client.raw(f"/chipline.v1.{method}", unknown),
                    "request")
        for method in ("EventLogService/ReadEvents", "SubscriptionService/Subscribe",
                       "TimelineService/WatchTimelines"):
            with self.subTest(method):
                self.assert_fields(
                    lambda method=method: list(self.client.raw_stream(f"/chipline.v1.{method}",
                                                                      unknown)), "request")

    def test_a_method_or_a_service_that_there_is_not_is_unimplemented(self):
        for method in ("/chipline.v1.EventLogService/DeleteEvents", "/chipline.v2.Log/GetHead", "/x/y"):
            with self.subTest(method):
                refused = self.refusal(lambda method=method: self.client.raw(method, b""))
                self.assertEqual(refused.code, grpc.StatusCode.UNIMPLEMENTED)


class BadTimelineQuestionTest(ServerCase):
    def assert_query_refused(self, path, **query):
        wanted = pb.TimelineQuery(**query)
        self.assert_fields(
            lambda: self.client.timelines.GetTimeline(pb.GetTimelineRequest(query=wanted)), path)
        self.assert_fields(
            lambda: list(self.client.timelines.WatchTimelines(
                pb.WatchTimelinesRequest(query=wanted), timeout=10)), path)

    def test_a_query_that_names_nothing_is_refused(self):
        self.assert_query_refused("query")
        self.assert_query_refused("query.capex.company", capex=pb.CapexQuery())
        self.assert_query_refused("query.usage.company", usage=pb.UsageQuery())
        self.assert_query_refused("query.company.company", company=pb.CompanyQuery())
        self.assert_query_refused("query.chip_supply.chip", chip_supply=pb.ChipSupplyQuery())
        for empty in (dict(export_rule=pb.ExportRuleQuery()), dict(chip_order=pb.ChipOrderQuery())):
            refused = self.refusal(
                lambda empty=empty: self.client.timelines.GetTimeline(
                    pb.GetTimelineRequest(query=pb.TimelineQuery(**empty))))
            self.assertEqual(refused.reason, "INVALID_FIELDS", str(refused))
            self.assertTrue(refused.fields[0].startswith("query."), str(refused))

    def ask(self, **others):
        query = pb.TimelineQuery(usage=pb.UsageQuery(company="acme"))
        return self.client.timelines.GetTimeline(pb.GetTimelineRequest(query=query, **others))

    def test_half_a_day_is_refused(self):
        for day in ("2025", "2025-02", "2025-02-30", "tomorrow", ""):
            with self.subTest(day):
                self.assert_fields(lambda day=day: self.ask(valid=pb.ValidTime(day=day)), "valid.day")
                self.assert_fields(
                    lambda day=day: self.ask(known=pb.Known(publication_date=day)),
                    "known.publication_date")
        span = pb.ValidInterval(**{"from": "2025-05", "to": "2025-06-01"})
        self.assert_fields(lambda: self.ask(valid=pb.ValidTime(range=span)), "valid.range.from")

    def test_a_record_time_that_is_not_yet_is_out_of_range(self):
        known = pb.Known()
        known.record_time.FromJsonString("2999-01-01T00:00:00Z")
        self.assert_refused(lambda: self.ask(known=known), OUT_OF_RANGE, "TIME_IN_FUTURE")

    def test_an_entry_that_there_is_not_is_not_found(self):
        explain = self.client.timelines.ExplainEntry
        self.assert_refused(
            lambda: explain(pb.ExplainEntryRequest(entry_id="capex/nobody/total/2026/capex/forward")),
            grpc.StatusCode.NOT_FOUND, "NO_SUCH_ENTRY")
        self.assert_fields(lambda: explain(pb.ExplainEntryRequest()), "entry_id")


class TokenOfAnotherLogTest(ServerCase):
    def test_a_token_of_another_log_is_refused_everywhere(self):
        other = Server()
        self.addCleanup(other.close)
        query = pb.TimelineQuery(usage=pb.UsageQuery(company="acme"))
        tokens = {}
        for server in (self.server, other):
            log = server.client.log
            for i in range(2):
                log.AppendEvents(pb.AppendEventsRequest(
                    events=[claims.usage("acme", product=f"product-{i}", event_id=f"same-{i}")]))
            subscribed = server.client.subscriptions.Subscribe(pb.SubscribeRequest())
            watched = server.client.timelines.WatchTimelines(pb.WatchTimelinesRequest(query=query))
            tokens[server] = {
                "resume": next(subscribed).resume_token,
                # Only a complete snapshot is a place to go on from.
                "watch": next(m for m in watched if m.HasField("caught_up")).resume_token,
                "page": log.ListEvents(pb.ListEventsRequest(page_size=1)).next_page_token,
                "subjects": log.ListSubjects(pb.ListSubjectsRequest(page_size=1)).next_page_token,
                "timeline": server.client.timelines.GetTimeline(pb.GetTimelineRequest(
                    query=query, page_size=1, min_position=2)).next_page_token,
            }
            subscribed.cancel()
            watched.cancel()
        foreign = tokens[other]
        calls = {
            "Subscribe": lambda: list(self.client.subscriptions.Subscribe(
                pb.SubscribeRequest(resume_token=foreign["resume"]), timeout=10)),
            "WatchTimelines": lambda: list(self.client.timelines.WatchTimelines(
                pb.WatchTimelinesRequest(query=query, resume_token=foreign["watch"]), timeout=10)),
            "ListEvents": lambda: self.client.log.ListEvents(
                pb.ListEventsRequest(page_size=1, page_token=foreign["page"])),
            "GetTimeline": lambda: self.client.timelines.GetTimeline(
                pb.GetTimelineRequest(query=query, page_size=1, page_token=foreign["timeline"])),
        }
        for name, call in calls.items():
            with self.subTest(name):
                self.assert_refused(call, grpc.StatusCode.FAILED_PRECONDITION, "TOKEN_OTHER_LOG")
        # And its own go on.
        self.client.log.ListEvents(
            pb.ListEventsRequest(page_size=1, page_token=tokens[self.server]["page"]))
        other.stop()


if __name__ == "__main__":
    unittest.main()
