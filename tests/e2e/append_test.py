"""What an append promises: atomic, once, in order, and read by everybody as it was written."""

import unittest

import grpc

import claims
from contract import pb
from refusal import Refusal
from server_case import ServerCase

PIPELINED = 2000


class AppendTest(ServerCase):
    def event_at(self, position):
        return self.client.log.GetEvent(pb.GetEventRequest(position=position)).event

    def test_an_append_is_answered_and_read_as_it_was_sent(self):
        company = claims.fresh("company")
        events = [claims.capex(company, 5), claims.order(company), claims.supply("h20"),
                  claims.usage(company), claims.rule("h20"), claims.alias(company, company.title()),
                  claims.notice("somebody-else", pb.LINK_RELATION_DENIES)]
        before = self.head()
        answer = self.append(*events)
        self.assertEqual([e.event_id for e in answer.events], [e.event_id for e in events])
        self.assertEqual([e.position for e in answer.events],
                         list(range(before + 1, before + 1 + len(events))))
        self.assertEqual(answer.events[0].subject, f"capex.{company}")
        for sent, appended in zip(events, answer.events):
            recorded = self.event_at(appended.position)
            self.assertEqual(recorded.subject, appended.subject)
            self.assertEqual(recorded.revision, appended.revision)
            self.assertEqual(recorded.append_first_position, before + 1)
            self.assertEqual(recorded.append_size, len(events))
            self.assertEqual(recorded.record_time, answer.record_time)
            self.assertEqual(recorded.event.event_id, sent.event_id)
            self.assertEqual(recorded.event.WhichOneof("payload"), sent.WhichOneof("payload"))
            by_id = self.client.log.GetEvent(pb.GetEventRequest(event_id=sent.event_id))
            self.assertEqual(by_id.event, recorded)
        self.assertIn(f"company/{company}", self.event_at(before + 1).entities)

    def test_bounds_of_dates_and_periods_are_computed(self):
        event = claims.capex("acme", period="2024-40", source=claims.source("2025-06~"))
        position = self.append(event).events[0].position
        stored = self.event_at(position).event
        period = stored.capex_announcement.period
        self.assertEqual((period.start, period.end), ("2024-01-01", "2024-07-01"))
        published = stored.source.hops[0].published
        self.assertEqual((published.earliest, published.latest), ("2025-06-01", "2025-06-30"))

    def test_an_append_sent_again_gets_the_first_answer(self):
        events = [claims.capex("acme"), claims.usage("acme")]
        first = self.append(*events)
        again = self.append(*events)
        self.assertTrue(all(e.duplicate for e in again.events))
        self.assertFalse(any(e.duplicate for e in first.events))
        for event in again.events:
            event.duplicate = False
        self.assertEqual(again, first)

    def test_a_retry_is_settled_before_its_precondition(self):
        company = claims.fresh("company")
        request = dict(preconditions=[
            pb.Precondition(subject=f"capex.{company}", expected_revision=0)])
        event = claims.capex(company)
        first = self.append(event, **request)
        again = self.append(event, **request)
        self.assertTrue(again.events[0].duplicate)
        self.assertEqual(again.events[0].position, first.events[0].position)

    def test_an_event_without_an_id_gets_one_of_its_content(self):
        event = claims.capex(claims.fresh("company"), event_id="")
        first = self.append(event).events[0]
        self.assertRegex(first.event_id, "^sha256-[0-9a-f]{32}$")
        again = self.append(event).events[0]
        self.assertTrue(again.duplicate)
        self.assertEqual(again.position, first.position)
        event.event_id = first.event_id
        self.assertTrue(self.append(event).events[0].duplicate)

    def test_revisions_count_within_a_subject(self):
        company = claims.fresh("company")
        answer = self.append(claims.capex(company), claims.usage(company), claims.capex(company))
        self.assertEqual([e.revision for e in answer.events], [1, 1, 2])
        subjects = self.client.log.ListSubjects(
            pb.ListSubjectsRequest(subject_pattern=f"capex.{company}")).subjects
        self.assertEqual([(s.name, s.revision, s.last_position) for s in subjects],
                         [(f"capex.{company}", 2, answer.events[2].position)])

    def test_only_validated_nothing_is_stored(self):
        head = self.head()
        event = claims.capex(claims.fresh("company"))
        answer = self.append(event, validate_only=True)
        self.assertEqual((answer.events[0].position, answer.events[0].revision), (0, 0))
        self.assertEqual(answer.events[0].event_id, event.event_id)
        self.assertFalse(answer.HasField("record_time"))
        self.assertEqual(self.head(), head)
        self.assertFalse(self.append(event).events[0].duplicate)
        self.assertNotEqual(self.append(event, validate_only=True).events[0].position, 0)

    def test_an_append_of_all_that_it_may_hold_is_taken(self):
        events = [claims.capex("largest", source=claims.source()) for _ in range(4096)]
        answer = self.append(*events)
        self.assertEqual(answer.events[-1].position - answer.events[0].position, 4095)

    def test_record_times_strictly_increase_from_append_to_append(self):
        times = [self.append(claims.capex("acme")).record_time.ToNanoseconds() for _ in range(20)]
        self.assertEqual(times, sorted(set(times)))

    def test_two_spellings_of_a_name_are_one_subject_from_the_alias_on(self):
        entity = claims.fresh("entity")
        name = entity.replace("-", "دانس ")
        def claim():
            return claims.capex(entity, companies=[pb.Ref(mention=name, language="ar")])
        before, change, after = self.append(
            claim(), claims.alias(entity, name), claim()).events
        self.assertNotEqual(before.subject, after.subject)
        self.assertEqual(change.subject, f"alias.{entity}")
        self.assertEqual(after.subject, f"capex.{entity}")


class PipelineTest(ServerCase):
    """2,000 appends over one stream; every seventh is wrong, and every eleventh came before."""

    def test_answers_come_in_order_and_a_failure_ends_nothing(self):
        reused = claims.capex("acme", 1, event_id="reused")
        self.append(reused)
        changed = claims.capex("acme", 2, event_id="reused")
        known = claims.capex("acme", 3, event_id="known")
        self.append(known)
        start = self.head()

        def events(number):
            if number % 7 == 0:
                return [claims.capex("acme"), claims.capex("acme", scope=77)]
            if number % 11 == 0:
                return [known]
            if number % 13 == 0:
                return [changed]
            return [claims.capex("acme", event_id=f"pipelined-{number}-{i}") for i in range(number % 3 + 1)]

        def requests():
            for number in range(PIPELINED):
                yield pb.PipelineAppendRequest(
                    request_id=10**18 + number, append=pb.AppendEventsRequest(events=events(number)))

        answers = list(self.client.log.PipelineAppend(requests()))
        self.assertEqual([a.request_id for a in answers],
                         [10**18 + number for number in range(PIPELINED)])
        position = start
        for number, answer in enumerate(answers):
            if number % 7 == 0:
                self.assert_refusal(Refusal(answer.error), grpc.StatusCode.INVALID_ARGUMENT,
                                    "INVALID_FIELDS", ["events[1].capex_announcement.scope"])
            elif number % 11 == 0:
                self.assertTrue(answer.result.events[0].duplicate)
            elif number % 13 == 0:
                self.assert_refusal(Refusal(answer.error), grpc.StatusCode.ALREADY_EXISTS,
                                    "EVENT_ID_REUSED")
            else:
                count = number % 3 + 1
                self.assertEqual([e.position for e in answer.result.events],
                                 list(range(position + 1, position + count + 1)))
                position += count
        self.assertEqual(self.head(), position)
        self.serves()

    def test_a_message_that_cannot_be_read_ends_the_stream_after_the_answers_before_it(self):
        good = pb.PipelineAppendRequest(request_id=1, append=pb.AppendEventsRequest(
            events=[claims.capex("acme")])).SerializeToString()
        stream = self.client.channel.stream_stream("/chipline.v1.EventLogService/PipelineAppend")(
            iter([good, b"\xff\xff\xff"]))
        first = pb.PipelineAppendResponse.FromString(next(stream))
        self.assertEqual(first.request_id, 1)
        self.assertTrue(first.HasField("result"))
        self.assert_refused(lambda: stream, grpc.StatusCode.INVALID_ARGUMENT, "INVALID_FIELDS")

    def test_a_precondition_that_fails_is_answered_and_the_next_append_is_taken(self):
        company = claims.fresh("company")
        wrong = [pb.Precondition(subject=f"capex.{company}", expected_revision=9)]
        answers = list(self.client.log.PipelineAppend(iter([
            pb.PipelineAppendRequest(request_id=1, append=pb.AppendEventsRequest(
                events=[claims.capex(company)], preconditions=wrong)),
            pb.PipelineAppendRequest(request_id=2, append=pb.AppendEventsRequest(
                events=[claims.capex(company)])),
            pb.PipelineAppendRequest(request_id=3),
        ])))
        self.assert_refusal(Refusal(answers[0].error), grpc.StatusCode.ABORTED,
                            "EXPECTED_REVISION_DIFFERS")
        self.assertEqual(answers[1].result.events[0].revision, 1)
        self.assert_refusal(Refusal(answers[2].error), grpc.StatusCode.INVALID_ARGUMENT,
                            "INVALID_FIELDS", ["events"])


if __name__ == "__main__":
    unittest.main()
