"""The RPCs of timelines on a log of their own: answers, pages, the past, explanations and watches. What
follows from the demo's reports is in demo_timelines_test.py."""

import datetime
import unittest

import grpc

import claims
from contract import pb
from refusal import Refusal
from server_case import ServerCase


def usage_of(company):
    return pb.TimelineQuery(usage=pb.UsageQuery(company=company))


def capex_of(company):
    return pb.TimelineQuery(capex=pb.CapexQuery(company=company))


class TimelinesTest(ServerCase):
    def ask(self, query, **others):
        others.setdefault("min_position", self.head())
        return self.client.timelines.GetTimeline(pb.GetTimelineRequest(query=query, **others))

    def selected(self, company, **others):
        entries = self.ask(capex_of(company), **others).entries
        return [entry.capex.selected.amount.value.units for entry in entries]

    def test_an_answer_says_what_it_reflects(self):
        company = claims.fresh("company")
        position = self.append(claims.capex(company, 7)).events[0].position
        answer = self.ask(capex_of(company))
        info = self.client.admin.GetServerInfo(pb.GetServerInfoRequest())
        self.assertGreaterEqual(answer.basis.position, position)
        self.assertEqual(answer.basis.log_id, info.log_id)
        self.assertEqual(answer.basis.view_version, info.view_version)
        self.assertEqual(answer.basis.policy_version, info.policy_version)
        (entry,) = answer.entries
        self.assertEqual(entry.entry_id, f"capex/{company}/total/2026/capex/forward")
        self.assertEqual(entry.capex.selected.amount, claims.amount(7))
        self.assertEqual(entry.capex.agreement, pb.AGREEMENT_SINGLE)
        self.assertEqual((entry.capex.valid_from, entry.capex.valid_to), ("2026-01-01", "2027-01-01"))

    def test_a_company_that_nobody_named_has_an_empty_timeline(self):
        for query in (usage_of("nobody"), capex_of("لا أحد"),
                      pb.TimelineQuery(company=pb.CompanyQuery(company="nobody")),
                      pb.TimelineQuery(chip_order=pb.ChipOrderQuery(buyer="nobody"))):
            self.assertEqual(len(self.ask(query).entries), 0)

    def test_the_past_is_answered_as_it_was_known(self):
        company = claims.fresh("company")
        first = self.append(claims.capex(company, 100, source=claims.source("2025-03-01"))).events[0]
        second = self.append(claims.capex(company, 200, source=claims.source("2025-09-01"))).events[0]
        self.assertEqual(self.selected(company), [200])
        self.assertEqual(self.selected(company, known=pb.Known(position=first.position)), [100])
        self.assertEqual(self.selected(company, known=pb.Known(position=first.position - 1)), [])
        self.assertEqual(
            self.selected(company, known=pb.Known(publication_date="2025-08-31")), [100])
        self.assertEqual(self.selected(company, known=pb.Known(publication_date="2025-02-28")), [])
        recorded = self.client.log.GetEvent(pb.GetEventRequest(position=second.position))
        known = pb.Known(record_time=recorded.event.record_time)
        self.assertEqual(self.selected(company, known=known), [200])

    def test_two_claims_of_one_append_are_never_seen_by_halves(self):
        company = claims.fresh("company")
        last = self.append(claims.capex(company, 1, "2027"),
                           claims.capex(company, 2, "2028")).events[-1].position
        self.assertEqual(self.selected(company, known=pb.Known(position=last - 1)), [])
        self.assertEqual(self.selected(company, known=pb.Known(position=last)), [1, 2])

    def test_a_valid_day_and_span_choose_what_holds_then(self):
        company = claims.fresh("company")
        self.append(*[claims.capex(company, 2020 + i, str(2020 + i)) for i in range(5)])
        self.assertEqual(self.selected(company), [2020, 2021, 2022, 2023, 2024])
        self.assertEqual(self.selected(company, valid=pb.ValidTime(day="2022-12-31")), [2022])
        span = pb.ValidInterval(**{"from": "2021-06-01", "to": "2023-01-01"})
        self.assertEqual(self.selected(company, valid=pb.ValidTime(range=span)), [2021, 2022])

    def test_pages_are_of_one_position(self):
        company = claims.fresh("company")
        self.append(*[claims.capex(company, 2020 + i, str(2020 + i)) for i in range(5)])
        first = self.ask(capex_of(company), page_size=2)
        self.append(claims.capex(company, 1, "2019"), claims.capex(company, 1, "2030"))
        self.ask(capex_of(company))
        entries, page = list(first.entries), first
        while page.next_page_token:
            page = self.ask(capex_of(company), page_size=2, page_token=page.next_page_token)
            self.assertEqual(page.basis.position, first.basis.position)
            entries += page.entries
        self.assertEqual([e.capex.selected.amount.value.units for e in entries],
                         [2020, 2021, 2022, 2023, 2024])

    def test_the_same_question_at_a_position_gets_the_same_answer(self):
        company = claims.fresh("company")
        position = self.append(claims.capex(company, 5)).events[0].position
        at = pb.Known(position=position)
        before = self.ask(capex_of(company), known=at)
        self.append(claims.capex(company, 500))
        after = self.ask(capex_of(company), known=at)
        self.assertEqual(after.SerializeToString(deterministic=True),
                         before.SerializeToString(deterministic=True))

    def test_timelines_are_listed_by_prefix_in_byte_order_and_pages(self):
        company = claims.fresh("listed")
        self.append(claims.capex(company), claims.usage(company), claims.order(company))
        self.ask(usage_of(company))
        listed, token = [], ""
        while True:
            page = self.client.timelines.ListTimelines(
                pb.ListTimelinesRequest(page_size=2, page_token=token))
            listed += [t.entry_id for t in page.timelines]
            token = page.next_page_token
            if not token:
                break
        self.assertEqual(listed, sorted(set(listed)))
        prefix = f"usage/{company}/"
        some = self.client.timelines.ListTimelines(pb.ListTimelinesRequest(prefix=prefix)).timelines
        self.assertEqual([t.entry_id for t in some], [f"{prefix}tokens-per-day"])
        self.assertEqual(some[0].key.usage.company, company)
        self.assertEqual(some[0].claim_count, 1)

    def test_an_entry_explains_every_claim_and_the_rule_that_chose(self):
        company = claims.fresh("company")
        kept = claims.capex(company, 100)
        wrong = claims.capex(company, 900)
        self.append(kept, wrong, claims.notice(wrong.event_id, pb.LINK_RELATION_RETRACTS))
        (entry,) = self.ask(capex_of(company)).entries
        answer = self.client.timelines.ExplainEntry(pb.ExplainEntryRequest(entry_id=entry.entry_id))
        self.assertEqual(answer.entry, entry)
        self.assertNotEqual(answer.explanation, "")
        by_id = {c.event.event.event_id: c for c in answer.claims}
        self.assertTrue(by_id[kept.event_id].selected)
        self.assertEqual(by_id[wrong.event_id].summary.standing, pb.STANDING_RETRACTED)
        for claim in answer.claims:
            self.assertNotEqual(claim.explanation, "")
            self.assertTrue(claim.rules, claim)

    def test_an_explanation_says_what_was_set_aside_and_what_would_change_it(self):
        company = claims.fresh("company")
        first, second = claims.capex(company, 100), claims.capex(company, 900)
        self.append(first, second)
        (entry,) = self.ask(capex_of(company)).entries
        answer = self.client.timelines.ExplainEntry(pb.ExplainEntryRequest(entry_id=entry.entry_id))
        (selected,) = [v for v in answer.values if v.field == "selected"]
        self.assertEqual(selected.grounds, entry.capex.selected.grounds)
        (aside,) = selected.set_aside
        chosen = list(selected.grounds.event_ids)
        self.assertEqual({aside.event_id, *chosen}, {first.event_id, second.event_id})
        self.assertEqual(list(aside.by_event_ids), chosen)
        (end,) = [c for c in selected.would_change if c.kind == pb.WOULD_CHANGE_KIND_END]
        self.assertEqual(list(end.event_ids), chosen)
        self.assertIn(aside.event_id, end.words)

    def test_a_version_that_there_is_not_and_a_day_that_is_not_yet_are_refused(self):
        tomorrow = pb.Known(publication_date="2999-01-01")
        for others, code, where in (
                (dict(policy_version=99), grpc.StatusCode.INVALID_ARGUMENT, ["policy_version"]),
                (dict(view_version=99), grpc.StatusCode.INVALID_ARGUMENT, ["view_version"]),
                (dict(known=tomorrow), grpc.StatusCode.OUT_OF_RANGE, [])):
            with self.subTest(str(others)), self.assertRaises(grpc.RpcError) as caught:
                self.ask(usage_of("acme"), **others)
            refused = Refusal.of_error(caught.exception)
            self.assertEqual((refused.code, list(refused.fields)), (code, where), str(refused))

    def test_an_alias_joins_two_names_and_its_removal_parts_them_again(self):
        entity, name = claims.fresh("entity"), claims.fresh("Name").title()
        self.append(claims.capex(entity, 10, "2024"))
        self.append(claims.capex("x", 20, "2025", companies=[pb.Ref(mention=name)]))
        apart = self.ask(capex_of(entity)).entries
        self.append(claims.alias(entity, name))
        self.assertEqual(self.selected(entity), [10, 20])
        self.assertEqual(self.selected(name.upper()), [10, 20])
        self.append(claims.alias(entity, name, pb.ALIAS_OPERATION_REMOVE))
        self.assertEqual(self.ask(capex_of(entity)).entries, apart)


class WatchTest(ServerCase):
    def watch(self, query, **others):
        """A watch by views that have all that is in the log."""
        self.client.timelines.GetTimeline(pb.GetTimelineRequest(query=query, min_position=self.head()))
        stream = self.client.timelines.WatchTimelines(
            pb.WatchTimelinesRequest(query=query, **others))
        self.addCleanup(stream.cancel)
        return stream

    def until(self, stream, step):
        seen = []
        for message in stream:
            seen.append(message)
            if message.WhichOneof("step") == step:
                return seen
        self.fail(f"the watch ended without {step}")

    def test_a_snapshot_and_then_every_change(self):
        company = claims.fresh("company")
        self.append(claims.capex(company, 10))
        stream = self.watch(capex_of(company))
        first = self.until(stream, "caught_up")
        self.assertEqual(first[0].WhichOneof("step"), "started")
        entries = [e for m in first for e in m.snapshot.entries]
        self.assertEqual([e.capex.selected.amount.value.units for e in entries], [10])

        event = claims.capex(company, 30)
        position = self.append(event).events[0].position
        changed = self.until(stream, "changes")[-1]
        (change,) = changed.changes.changes
        self.assertEqual(changed.position, position)
        self.assertEqual(change.before, entries[0])
        self.assertEqual(change.after.capex.selected.amount.value.units, 30)
        self.assertEqual(change.reason, pb.CHANGE_REASON_NEW)
        self.assertEqual(list(change.cause_event_ids), [event.event_id])

        retraction = claims.notice(event.event_id, pb.LINK_RELATION_RETRACTS)
        self.append(retraction)
        (change,) = self.until(stream, "changes")[-1].changes.changes
        self.assertEqual(change.reason, pb.CHANGE_REASON_RETRACTION)
        self.assertEqual(change.after.capex.selected.amount.value.units, 10)
        self.assertEqual(list(change.cause_event_ids), [retraction.event_id])

    def test_a_watch_says_which_day_it_has_told(self):
        stream = self.watch(usage_of("nobody"))
        today = datetime.datetime.now(datetime.timezone.utc).date()
        told = datetime.date.fromisoformat(self.until(stream, "caught_up")[-1].day)
        self.assertLessEqual(abs((today - told).days), 1)

    def test_a_watch_of_nothing_is_caught_up_and_beats(self):
        stream = self.watch(usage_of("nobody"), heartbeat_interval={"seconds": 1})
        self.until(stream, "caught_up")
        position = self.append(claims.capex("somebody")).events[0].position
        for message in stream:
            self.assertEqual(message.WhichOneof("step"), "heartbeat")
            if message.position >= position:
                break

    def test_a_watch_goes_on_after_a_crash_without_gap_or_repeat(self):
        company = claims.fresh("company")
        query = usage_of(company)
        stream = self.watch(query)
        token = self.until(stream, "caught_up")[-1].resume_token
        seen = []
        for round_number in range(3):
            for i in range(4):
                self.append(claims.usage(company, 1, product=f"{round_number}-{i}"))
            stream = self.watch(query, resume_token=token)
            started = next(stream)
            self.assertTrue(started.started.resumed)
            for message in stream:
                self.assertNotEqual(message.WhichOneof("step"), "snapshot")
                seen += [c.after.key.usage.product for c in message.changes.changes]
                token = message.resume_token
                # Cut off after the second change; the rest comes in the next round.
                if len(seen) >= 4 * round_number + 2:
                    break
            stream.cancel()
            self.server.kill()
            self.server.start()
        stream = self.watch(query, resume_token=token)
        for message in self.until(stream, "caught_up"):
            seen += [c.after.key.usage.product for c in message.changes.changes]
        self.assertEqual(seen, [f"{r}-{i}" for r in range(3) for i in range(4)])

    def test_a_token_of_another_query_is_refused_and_a_torn_one_is_invalid(self):
        token = self.until(self.watch(usage_of("acme")), "caught_up")[-1].resume_token
        for query, wrong, code in ((usage_of("other"), token, grpc.StatusCode.FAILED_PRECONDITION),
                                   (usage_of("acme"), "torn", grpc.StatusCode.INVALID_ARGUMENT)):
            with self.assertRaises(grpc.RpcError) as caught:
                list(self.watch(query, resume_token=wrong))
            refused = Refusal.of_error(caught.exception)
            self.assertEqual(refused.code, code, str(refused))
            self.assertNotEqual(refused.reason, "")
        self.serves()

    def test_the_operator_sees_a_watch(self):
        name = claims.fresh("watcher")
        stream = self.watch(usage_of("acme"), client_name=name)
        self.until(stream, "caught_up")
        listed = self.client.admin.ListSubscribers(pb.ListSubscribersRequest()).subscribers
        (watcher,) = [s for s in listed if s.client_name == name]
        self.assertIn("Watch", watcher.method)


if __name__ == "__main__":
    unittest.main()
