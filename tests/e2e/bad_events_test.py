"""Events and appends that are refused: with which code, reason and fields, and that nothing of them is
stored and the server goes on."""

import unittest

import grpc

import claims
from contract import pb
from protobuf_wire import field
from server_case import INVALID, ServerCase

APPEND = "/chipline.v1.EventLogService/AppendEvents"
MAX_EVENT_BYTES = 256 * 1024
MAX_APPEND_EVENTS = 4096


class BadEventTest(ServerCase):
    def assert_append_refused(self, *fields, event=None, events=(), **others):
        before = self.head()
        events = [event] if event is not None else events
        self.assert_fields(lambda: self.append(*events, **others), *fields)
        self.assertEqual(self.head(), before)

    def test_an_empty_request_is_refused(self):
        self.assert_append_refused("events")

    def test_an_event_without_a_payload_is_refused(self):
        self.assert_append_refused("events[0].payload", event=pb.Event(event_id="nothing-said"))

    def test_an_empty_payload_is_refused_naming_every_field_that_it_lacks(self):
        event = pb.Event(chip_order=pb.ChipOrder())
        before = self.head()
        refused = self.assert_refused(lambda: self.append(event), INVALID, "INVALID_FIELDS")
        self.assertEqual(set(refused.fields),
                         {f"events[0].chip_order.{name}"
                          for name in ("buyers", "supplier", "chips", "stage", "modality")})
        self.assertEqual(self.head(), before)

    def test_an_unknown_number_of_an_enum_is_refused(self):
        self.assert_append_refused("events[0].capex_announcement.scope",
                                   event=claims.capex("acme", scope=99))

    def test_a_currency_that_there_is_not_is_refused(self):
        for currency in ("", "cny", "YUAN", "XQX", "人民币"):
            with self.subTest(currency):
                self.assert_append_refused(
                    "events[0].capex_announcement.amount.currency",
                    event=claims.capex("acme", amount=claims.amount(5, currency)))

    def test_low_above_high_is_refused(self):
        amount = pb.Amount(currency="CNY", low=pb.Decimal(units=9), high=pb.Decimal(units=8),
                           bound=pb.BOUND_RANGE)
        self.assert_append_refused("events[0].capex_announcement.amount.low",
                                   event=claims.capex("acme", amount=amount))
        quantity = pb.Quantity(unit=pb.UNIT_CHIP, low=9, high=8, bound=pb.BOUND_RANGE)
        self.assert_append_refused("events[0].chip_order.quantity.low",
                                   event=claims.order("acme", quantity=quantity))

    def test_half_a_date_is_refused(self):
        for edtf in ("2025-", "2025-1", "2025-13", "2025-02-30", "2025-06-", "2025/", "Juni", "",
                     "2025-06-15/2025-06-01"):
            with self.subTest(edtf):
                event = claims.capex("acme", source=claims.source(published=edtf))
                self.assert_append_refused("events[0].source.hops[0].published.edtf", event=event)

    def test_half_a_period_is_refused(self):
        for edtf in ("", "2026-", "2026-4", "../2026", "2026~"):
            with self.subTest(edtf):
                self.assert_append_refused("events[0].capex_announcement.period.edtf",
                                           event=claims.capex("acme", period=edtf))

    def test_a_bound_computed_otherwise_than_the_server_does_is_refused(self):
        event = claims.usage("acme", as_of="2025-05")
        event.usage_report.as_of.latest = "2025-05-30"
        self.assert_append_refused("events[0].usage_report.as_of.latest", event=event)

    def test_spent_before_the_year_is_over_is_refused(self):
        self.assert_append_refused("events[0].capex_announcement.basis",
                                   event=claims.capex("acme", basis=pb.CAPEX_BASIS_ACTUAL))

    def test_every_wrong_field_of_every_event_is_named(self):
        events = [claims.capex("acme", scope=99), claims.usage("acme"),
                  claims.order("acme", quantity=-1, stage=pb.ORDER_STAGE_UNSPECIFIED)]
        before = self.head()
        refused = self.assert_refused(lambda: self.append(*events), INVALID, "INVALID_FIELDS")
        self.assertEqual(set(refused.fields),
                         {"events[0].capex_announcement.scope", "events[2].chip_order.quantity.value",
                          "events[2].chip_order.stage"})
        self.assertEqual(self.head(), before)

    def test_an_event_id_with_a_space_or_too_long_or_the_server_s_is_refused(self):
        for event_id in ("two words", "x" * 65, "ümlaut", "sha256-" + "0" * 32):
            with self.subTest(event_id):
                self.assert_append_refused("events[0].event_id",
                                           event=claims.capex("acme", event_id=event_id))

    def test_a_notice_without_a_link_and_a_link_to_itself_are_refused(self):
        event = claims.notice("other", pb.LINK_RELATION_DENIES)
        del event.links[:]
        self.assert_append_refused("events[0].links", event=event)
        event = claims.notice("myself", pb.LINK_RELATION_DENIES, event_id="myself")
        self.assert_append_refused("events[0].links[0].event_id", event=event)

    def test_an_unknown_field_is_refused_wherever_it_is(self):
        event = claims.capex("acme")
        unknown = field(999, b"x")
        with_field = {
            "events[0]": field(1, event.SerializeToString() + unknown),
            "events[0].source": field(1, event.SerializeToString() + field(2, unknown)),
            "preconditions[0]": field(1, event.SerializeToString()) +
                                field(2, field(1, b"capex.acme") + unknown),
        }
        before = self.head()
        for path, request in with_field.items():
            with self.subTest(path):
                self.assert_fields(lambda request=request: self.client.raw(APPEND, request), path)
        refused = self.assert_refused(
            lambda: self.client.raw(APPEND, field(1, event.SerializeToString()) + unknown), INVALID,
            "INVALID_FIELDS")
        self.assertEqual(len(refused.fields), 1)
        self.assertEqual(self.head(), before)

    def test_two_payloads_are_told_apart_from_one_and_the_last_is_the_event(self):
        # As Protobuf has it: of the fields of a oneof, the last on the wire is set.
        first = claims.capex("two-payloads").SerializeToString()
        second = pb.Event(chip_supply=claims.supply("h20").chip_supply).SerializeToString()
        answer = pb.AppendEventsResponse.FromString(self.client.raw(APPEND, field(1, first + second)))
        stored = self.client.log.GetEvent(pb.GetEventRequest(position=answer.events[0].position))
        self.assertEqual(stored.event.event.WhichOneof("payload"), "chip_supply")

    def test_bytes_that_are_no_message_are_refused(self):
        for name, request in (("cut", field(1, claims.capex("acme").SerializeToString())[:-3]),
                              ("noise", b"\xff" * 40), ("text", b"hello, server")):
            with self.subTest(name):
                self.assert_refused(lambda request=request: self.client.raw(APPEND, request), INVALID,
                                    "INVALID_FIELDS")

    def test_text_that_is_not_utf8_is_refused(self):
        event = claims.capex("acme", scope_text="SCOPE")
        request = field(1, event.SerializeToString().replace(b"SCOPE", b"\xff\xfe\xc0\x80!"))
        before = self.head()
        self.assert_refused(lambda: self.client.raw(APPEND, request), INVALID, "INVALID_FIELDS")
        self.assertEqual(self.head(), before)


class TooLargeTest(ServerCase):
    def test_an_event_of_more_than_256_kib_is_refused(self):
        event = claims.capex("acme")
        event.source.hops[0].verbatim = "x" * 3999
        event.labels.extend(pb.Label(key=f"key{i}", value="v" * 1024) for i in range(32))
        event.capex_announcement.conditions.extend("c" * 4000 for _ in range(16))
        while event.ByteSize() <= MAX_EVENT_BYTES:
            event.source.hops.insert(0, pb.Hop(publisher=claims.ref("echo"), verbatim="x" * 4000,
                                               relation=pb.HOP_RELATION_QUOTES, url="u" * 2000))
        refused = self.assert_refused(lambda: self.append(event), INVALID, "INVALID_FIELDS")
        self.assertTrue(set(refused.fields) & {"events[0]", "events[0].source.hops"}, str(refused))
        self.assertEqual(self.head(), 0)

    def test_a_request_of_a_little_more_than_4_mib_is_refused(self):
        event = claims.capex("acme", scope_text="x" * (4 * 1024 * 1024))
        self.assert_refused(lambda: self.append(event), INVALID, "INVALID_FIELDS", ["request"])
        self.assertEqual(self.head(), 0)

    def test_a_message_of_5_mib_is_refused(self):
        event = claims.capex("acme", scope_text="x" * (5 * 1024 * 1024))
        refused = self.refusal(lambda: self.append(event))
        self.assertEqual(refused.code, grpc.StatusCode.RESOURCE_EXHAUSTED, str(refused))
        self.assertEqual(self.head(), 0)

    def test_100_000_events_in_one_append_are_refused(self):
        events = [claims.capex("acme", event_id=f"many-{i}") for i in range(100_000)]
        refused = self.refusal(lambda: self.append(*events))
        self.assertEqual(refused.code, grpc.StatusCode.RESOURCE_EXHAUSTED, str(refused))
        tiny = [pb.Event()] * 100_000
        self.assert_refused(lambda: self.append(*tiny), INVALID, "INVALID_FIELDS", ["events"])
        self.assertEqual(self.head(), 0)

    def test_one_event_more_than_an_append_may_have_is_refused(self):
        events = [claims.capex("acme", event_id=f"edge-{i}") for i in range(MAX_APPEND_EVENTS + 1)]
        self.assert_fields(lambda: self.append(*events), "events")
        self.assertEqual(self.head(), 0)

    def test_more_bytes_than_an_append_may_have_are_refused(self):
        events = [claims.capex("acme", scope_text="x" * 3900) for _ in range(260)]
        self.assert_fields(lambda: self.append(*events), "events")
        self.assertEqual(self.head(), 0)

    def test_a_thousand_wrong_events_are_answered_within_what_clients_take(self):
        events = [claims.capex("acme", scope=99) for _ in range(1000)]
        refused = self.assert_refused(lambda: self.append(*events), INVALID, "INVALID_FIELDS")
        self.assertEqual(refused.fields[0], "events[0].capex_announcement.scope")
        self.assertIn("more", refused.bad_request.field_violations[-1].description)


class DuplicateTest(ServerCase):
    def test_one_id_twice_in_an_append_is_refused(self):
        event_id = claims.fresh("twice")
        events = [claims.capex("acme", event_id=event_id), claims.capex("acme", 7, event_id=event_id)]
        self.assert_fields(lambda: self.append(*events), "events[1].event_id")

    def test_a_known_id_with_other_content_is_refused_naming_it(self):
        event = claims.capex("acme", 1)
        self.append(event)
        event.capex_announcement.amount.value.units = 2
        head = self.head()
        refused = self.assert_refused(lambda: self.append(claims.capex("acme"), event),
                                      grpc.StatusCode.ALREADY_EXISTS, "EVENT_ID_REUSED")
        self.assertEqual(refused.info.metadata["event_ids"], event.event_id)
        self.assertEqual(self.head(), head)

    def test_an_append_known_in_part_is_refused_naming_the_part(self):
        known, new = claims.capex("acme"), claims.capex("acme")
        self.append(known)
        head = self.head()
        refused = self.assert_refused(lambda: self.append(known, new),
                                      grpc.StatusCode.ALREADY_EXISTS, "PARTLY_DUPLICATE")
        self.assertEqual(refused.info.metadata["event_ids"], known.event_id)
        self.assertEqual(self.head(), head)

    def test_an_alias_of_another_entity_is_refused_naming_that_entity(self):
        first, second, name = claims.fresh("first"), claims.fresh("second"), claims.fresh("Alias")
        self.append(claims.alias(first, name))
        refused = self.assert_refused(lambda: self.append(claims.alias(second, name.upper())),
                                      grpc.StatusCode.ALREADY_EXISTS, "ALIAS_TAKEN")
        self.assertIn(first, refused.message)

    def test_an_alias_that_is_not_there_cannot_be_taken_back(self):
        event = claims.alias(claims.fresh("nobody"), "No such name", pb.ALIAS_OPERATION_REMOVE)
        self.assert_refused(lambda: self.append(event), grpc.StatusCode.FAILED_PRECONDITION,
                            "ALIAS_NOT_FOUND")


class PreconditionTest(ServerCase):
    def test_a_revision_that_differs_is_refused_naming_every_one(self):
        company, other = claims.fresh("company"), claims.fresh("company")
        self.append(claims.capex(company), claims.capex(company))
        expected = [pb.Precondition(subject=f"capex.{company}", expected_revision=1),
                    pb.Precondition(subject=f"capex.{other}", expected_revision=3),
                    pb.Precondition(subject="capex.nobody", expected_revision=0)]
        head = self.head()
        refused = self.assert_refused(
            lambda: self.append(claims.capex(company), preconditions=expected),
            grpc.StatusCode.ABORTED, "EXPECTED_REVISION_DIFFERS")
        violations = refused.precondition_failure.violations
        self.assertEqual([(v.type, v.subject) for v in violations],
                         [("EXPECTED_REVISION", f"capex.{company}"),
                          ("EXPECTED_REVISION", f"capex.{other}")])
        self.assertIn("2", violations[0].description)
        self.assertEqual(dict(refused.info.metadata), {
            "subject": f"capex.{company}", "expected_revision": "1", "actual_revision": "2",
            "subject_2": f"capex.{other}", "expected_revision_2": "3", "actual_revision_2": "0"})
        self.assertEqual(self.head(), head)

    def test_a_precondition_that_is_none_is_refused(self):
        for subject in ("", "Capex.Acme", "capex.*", "capex..acme"):
            with self.subTest(subject):
                self.assert_fields(
                    lambda subject=subject: self.append(
                        claims.capex("acme"), preconditions=[pb.Precondition(subject=subject)]),
                    "preconditions[0].subject")

    def test_one_subject_twice_and_too_many_are_refused(self):
        twice = [pb.Precondition(subject="capex.acme")] * 2
        self.assert_fields(lambda: self.append(claims.capex("acme"), preconditions=twice),
                           "preconditions[1].subject")
        many = [pb.Precondition(subject=f"capex.acme{i}") for i in range(65)]
        self.assert_fields(lambda: self.append(claims.capex("acme"), preconditions=many),
                           "preconditions")


if __name__ == "__main__":
    unittest.main()
