"""Every RPC that the server offers, as its reflection lists them, answers a good call and refuses a bad
one. An RPC without a case here fails the test, so that a new one is noticed."""

import tempfile
import unittest

import grpc
from google.protobuf import descriptor_pb2

import claims
from contract import SERVICES, health, pb, reflection
from refusal import Refusal
from server_case import ServerCase

USAGE = pb.TimelineQuery(usage=pb.UsageQuery(company="acme"))
INVALID = grpc.StatusCode.INVALID_ARGUMENT
NOT_FOUND = grpc.StatusCode.NOT_FOUND
OUT_OF_RANGE = grpc.StatusCode.OUT_OF_RANGE
HEALTH = "grpc.health.v1.Health"
REFLECTION = {"grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection"}
CHANNELZ = "grpc.channelz.v1.Channelz"
# Services that are gRPC's.
BUILT_IN = {HEALTH, *REFLECTION, CHANNELZ}


def until(stream, step):
    """Reads a stream up to the first message with that step, and cancels it."""
    seen = []
    for message in stream:
        seen.append(message)
        if message.WhichOneof("step") == step:
            stream.cancel()
            return seen
    raise AssertionError(f"the stream ended without {step}: {seen}")


def refused_alone(admin):
    """A good call of what only a node of a cluster does; tests/cluster has the rest."""
    try:
        return admin.SetRulesVersion(pb.SetRulesVersionRequest(rules_version=1))
    except grpc.RpcError as error:
        return error if Refusal.of_error(error).reason == "NOT_OF_A_CLUSTER" else None


class EveryRpcTest(ServerCase):
    @classmethod
    def setUpClass(cls):
        backups = tempfile.TemporaryDirectory(prefix="chipline-backups-")
        cls.addClassCleanup(backups.cleanup)
        cls.flags = ("--backup-dir", backups.name)
        super().setUpClass()
        client = cls.server.client
        client.log.AppendEvents(pb.AppendEventsRequest(events=[claims.usage("acme", event_id="first")]))
        log, subscriptions = client.log, client.subscriptions
        timelines, admin = client.timelines, client.admin
        # Each: a good call; a bad one; its code, and the reason.
        cls.cases = {
            "chipline.v1.EventLogService": {
                "AppendEvents": (
                    lambda: log.AppendEvents(pb.AppendEventsRequest(events=[claims.usage("acme")])),
                    lambda: log.AppendEvents(pb.AppendEventsRequest()), INVALID, "INVALID_FIELDS"),
                "PipelineAppend": (
                    lambda: list(log.PipelineAppend(iter([pb.PipelineAppendRequest(
                        append=pb.AppendEventsRequest(events=[claims.usage("acme")]))]))),
                    lambda: list(client.channel.stream_stream(
                        "/chipline.v1.EventLogService/PipelineAppend")(iter([b"\xff\xff"]))),
                    INVALID, "INVALID_FIELDS"),
                "GetEvent": (
                    lambda: log.GetEvent(pb.GetEventRequest(event_id="first")),
                    lambda: log.GetEvent(pb.GetEventRequest(position=10**9)),
                    OUT_OF_RANGE, "POSITION_BEYOND_HEAD"),
                "ListEvents": (
                    lambda: log.ListEvents(pb.ListEventsRequest()),
                    lambda: log.ListEvents(pb.ListEventsRequest(page_size=-1)),
                    INVALID, "INVALID_FIELDS"),
                "ReadEvents": (
                    lambda: list(log.ReadEvents(pb.ReadEventsRequest())),
                    lambda: list(log.ReadEvents(pb.ReadEventsRequest(after_position=10**9))),
                    OUT_OF_RANGE, "POSITION_BEYOND_HEAD"),
                "ListSubjects": (
                    lambda: log.ListSubjects(pb.ListSubjectsRequest()),
                    lambda: log.ListSubjects(pb.ListSubjectsRequest(subject_pattern="..")),
                    INVALID, "INVALID_FIELDS"),
                "GetHead": (
                    lambda: log.GetHead(pb.GetHeadRequest()),
                    lambda: client.raw("/chipline.v1.EventLogService/GetHead", b"\xff"),
                    INVALID, "INVALID_FIELDS"),
            },
            "chipline.v1.SubscriptionService": {
                "Subscribe": (
                    lambda: until(subscriptions.Subscribe(pb.SubscribeRequest()), "caught_up"),
                    lambda: list(subscriptions.Subscribe(pb.SubscribeRequest(head=False))),
                    INVALID, "INVALID_FIELDS"),
                "CommitCursor": (
                    lambda: subscriptions.CommitCursor(pb.CommitCursorRequest(name="a", position=1)),
                    lambda: subscriptions.CommitCursor(pb.CommitCursorRequest(name="/")),
                    INVALID, "INVALID_FIELDS"),
                "GetCursor": (
                    lambda: subscriptions.GetCursor(pb.GetCursorRequest(name="a")),
                    lambda: subscriptions.GetCursor(pb.GetCursorRequest(name="z")),
                    NOT_FOUND, "CURSOR_NOT_FOUND"),
                "ListCursors": (
                    lambda: subscriptions.ListCursors(pb.ListCursorsRequest()),
                    lambda: subscriptions.ListCursors(pb.ListCursorsRequest(page_token="?")),
                    INVALID, "INVALID_FIELDS"),
            },
            "chipline.v1.TimelineService": {
                "GetTimeline": (
                    lambda: timelines.GetTimeline(pb.GetTimelineRequest(query=USAGE, min_position=1)),
                    lambda: timelines.GetTimeline(pb.GetTimelineRequest()),
                    INVALID, "INVALID_FIELDS"),
                "WatchTimelines": (
                    lambda: until(timelines.WatchTimelines(pb.WatchTimelinesRequest(query=USAGE)),
                                  "caught_up"),
                    lambda: list(timelines.WatchTimelines(pb.WatchTimelinesRequest())),
                    INVALID, "INVALID_FIELDS"),
                "ListTimelines": (
                    lambda: timelines.ListTimelines(pb.ListTimelinesRequest()),
                    lambda: timelines.ListTimelines(pb.ListTimelinesRequest(page_size=-1)),
                    INVALID, "INVALID_FIELDS"),
                "ExplainEntry": (
                    lambda: timelines.ExplainEntry(
                        pb.ExplainEntryRequest(entry_id="usage/acme/tokens-per-day")),
                    lambda: timelines.ExplainEntry(pb.ExplainEntryRequest(entry_id="usage/nobody/x")),
                    NOT_FOUND, "NO_SUCH_ENTRY"),
            },
            "chipline.v1.AdminService": {
                "GetServerInfo": (
                    lambda: admin.GetServerInfo(pb.GetServerInfoRequest()),
                    lambda: client.raw("/chipline.v1.AdminService/GetServerInfo", b"\xff"),
                    INVALID, "INVALID_FIELDS"),
                "GetStats": (
                    lambda: admin.GetStats(pb.GetStatsRequest()),
                    lambda: client.raw("/chipline.v1.AdminService/GetStats", b"\xff"),
                    INVALID, "INVALID_FIELDS"),
                "ListSubscribers": (
                    lambda: admin.ListSubscribers(pb.ListSubscribersRequest()),
                    lambda: admin.ListSubscribers(pb.ListSubscribersRequest(page_size=-1)),
                    INVALID, "INVALID_FIELDS"),
                "GetCluster": (
                    lambda: admin.GetCluster(pb.GetClusterRequest()),
                    lambda: client.raw("/chipline.v1.AdminService/GetCluster", b"\xff"),
                    INVALID, "INVALID_FIELDS"),
                "SetRulesVersion": (
                    lambda: refused_alone(admin),
                    lambda: admin.SetRulesVersion(pb.SetRulesVersionRequest()),
                    INVALID, "INVALID_FIELDS"),
                "VerifyLog": (
                    lambda: list(admin.VerifyLog(pb.VerifyLogRequest())),
                    lambda: list(client.channel.unary_stream(
                        "/chipline.v1.AdminService/VerifyLog")(b"\xff")),
                    INVALID, "INVALID_FIELDS"),
                "BackUpLog": (
                    lambda: list(admin.BackUpLog(pb.BackUpLogRequest())),
                    lambda: list(admin.BackUpLog(pb.BackUpLogRequest(to="../elsewhere"))),
                    INVALID, "INVALID_FIELDS"),
            },
        }

    def reflect(self, **question):
        asked = reflection.ServerReflectionRequest(**question)
        return next(self.client.reflection.ServerReflectionInfo(iter([asked])))

    def services(self):
        listed = self.reflect(list_services="*").list_services_response.service
        return {service.name for service in listed}

    def methods(self, service):
        """By its descriptor, as a client without the contract gets it."""
        answer = self.reflect(file_containing_symbol=service)
        for raw in answer.file_descriptor_response.file_descriptor_proto:
            file = descriptor_pb2.FileDescriptorProto.FromString(raw)
            for described in file.service:
                if f"{file.package}.{described.name}" == service:
                    return {method.name for method in described.method}
        self.fail(f"reflection does not describe {service}: {answer}")

    def test_the_server_lists_the_contract_and_what_comes_with_grpc_and_nothing_else(self):
        self.assertEqual(self.services(), set(SERVICES) | BUILT_IN)

    def test_every_rpc_has_a_case(self):
        self.assertEqual({name: set(cases) for name, cases in self.cases.items()},
                         {name: self.methods(name) for name in self.services()
                          if name not in BUILT_IN})

    def test_reflection_describes_what_the_contract_says(self):
        for name, descriptor in SERVICES.items():
            with self.subTest(name):
                self.assertEqual(self.methods(name), set(descriptor.methods_by_name))

    def test_reflection_describes_every_service_that_it_lists(self):
        for name in self.services():
            with self.subTest(name):
                self.assertTrue(self.methods(name))

    def test_every_rpc_answers_a_good_call_and_refuses_a_bad_one(self):
        for service, cases in self.cases.items():
            for method, (good, bad, code, reason) in cases.items():
                with self.subTest(f"{service}/{method}"):
                    self.assertIsNotNone(good())
                    self.assert_refused(bad, code, reason)
                    self.assertIsNotNone(good())

    def test_health_says_serving_of_the_server_and_of_every_service(self):
        for service in ("", *SERVICES):
            with self.subTest(service):
                question = health.HealthCheckRequest(service=service)
                self.assertEqual(self.client.health.Check(question).status,
                                 health.HealthCheckResponse.SERVING)
                watch = self.client.health.Watch(question)
                self.assertEqual(next(watch).status, health.HealthCheckResponse.SERVING)
                watch.cancel()

    def test_channelz_sees_the_server(self):
        self.assertTrue(self.client.raw(f"/{CHANNELZ}/GetServers", b""))

    def test_health_knows_no_other_service(self):
        question = health.HealthCheckRequest(service="nobody")
        refused = self.refusal(lambda: self.client.health.Check(question))
        self.assertEqual(refused.code, NOT_FOUND)
        watch = self.client.health.Watch(question)
        self.assertEqual(next(watch).status, health.HealthCheckResponse.SERVICE_UNKNOWN)
        watch.cancel()

    def test_reflection_answers_what_is_not_there_with_not_found(self):
        for question in (dict(file_containing_symbol="chipline.v1.Nobody"),
                         dict(file_by_filename="nobody.proto")):
            with self.subTest(question):
                answer = self.reflect(**question)
                self.assertEqual(answer.error_response.error_code, NOT_FOUND.value[0])
        self.serves()


if __name__ == "__main__":
    unittest.main()
