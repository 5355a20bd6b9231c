"""Reading what is there: pages, filters, times, subjects, and a read to the end."""

import unittest

import claims
from contract import pb
from server_case import ServerCase

APPENDS = 60


class ReadsTest(ServerCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.times = []
        for i in range(APPENDS):
            events = [claims.capex(f"company-{i % 5}", event_id=f"capex-of-{i}"),
                      claims.order(f"company-{i % 5}", chip=f"chip-{i % 3}", event_id=f"order-of-{i}")]
            answer = cls.server.client.log.AppendEvents(pb.AppendEventsRequest(events=events))
            cls.times.append(answer.record_time)
        cls.log = cls.server.client.log

    def pages(self, **question):
        events, token = [], ""
        while True:
            page = self.log.ListEvents(pb.ListEventsRequest(page_token=token, **question))
            self.assertLessEqual(len(page.events), question.get("page_size", 100))
            events += page.events
            token = page.next_page_token
            if not token:
                return events

    def test_pages_hold_every_event_once_in_order(self):
        for size in (1, 7, 120, 500):
            positions = [e.position for e in self.pages(page_size=size)]
            self.assertEqual(positions, list(range(1, 2 * APPENDS + 1)), size)

    def test_backward_is_the_same_the_other_way_round(self):
        forward = self.pages(page_size=9)
        self.assertEqual(self.pages(page_size=9, backward=True), forward[::-1])
        newest = self.log.ListEvents(pb.ListEventsRequest(page_size=1, backward=True)).events
        self.assertEqual(newest[0].position, 2 * APPENDS)

    def test_a_start_is_exclusive(self):
        self.assertEqual(self.pages(after_position=100)[0].position, 101)
        self.assertEqual(self.pages(after_position=100, backward=True)[0].position, 99)
        self.assertEqual(self.pages(after_position=2 * APPENDS), [])

    def test_a_filter_is_the_and_of_its_fields_and_the_or_of_their_values(self):
        everything = self.pages(page_size=200)
        filters = {
            "type": (pb.Filter(event_types=[pb.EVENT_TYPE_CHIP_ORDER]),
                     lambda e: e.event.HasField("chip_order")),
            "companies": (pb.Filter(companies=["company-1", "company-3"]),
                          lambda e: {"company/company-1", "company/company-3"} & set(e.entities)),
            "subjects": (pb.Filter(subject_patterns=["capex.company-2", "order.company-4.>"]),
                         lambda e: e.subject == "capex.company-2"
                         or e.subject.startswith("order.company-4.")),
            "both": (pb.Filter(event_types=[pb.EVENT_TYPE_CHIP_ORDER], companies=["company-0"],
                               chips=["chip-0", "chip-1"]),
                     lambda e: e.event.HasField("chip_order") and "company/company-0" in e.entities
                     and {"chip/chip-0", "chip/chip-1"} & set(e.entities)),
            "nothing": (pb.Filter(companies=["nobody"]), lambda e: False),
        }
        for name, (wanted, matches) in filters.items():
            with self.subTest(name):
                expected = [e for e in everything if matches(e)]
                self.assertEqual(self.pages(filter=wanted, page_size=7), expected)
                self.assertEqual(self.pages(filter=wanted, page_size=7, backward=True), expected[::-1])
                read = list(self.log.ReadEvents(pb.ReadEventsRequest(filter=wanted)))
                self.assertEqual([e for part in read for e in part.events], expected)
                self.assertEqual(read[-1].position, 2 * APPENDS)

    def test_times_are_from_inclusive_to_exclusive(self):
        events = self.pages(start_time=self.times[10], end_time=self.times[20])
        self.assertEqual([e.position for e in events], list(range(21, 41)))

    def test_a_read_to_the_end_is_whole_appends_and_ends(self):
        parts = list(self.log.ReadEvents(pb.ReadEventsRequest(after_position=4)))
        events = [e for part in parts for e in part.events]
        self.assertEqual([e.position for e in events], list(range(5, 2 * APPENDS + 1)))
        for part in parts:
            self.assertEqual(part.head_position, 2 * APPENDS)
            if part.events:
                last = part.events[-1]
                self.assertEqual(last.position, last.append_first_position + last.append_size - 1)

    def test_subjects_come_in_byte_order_and_pages(self):
        names, token = [], ""
        while True:
            page = self.log.ListSubjects(pb.ListSubjectsRequest(page_size=3, page_token=token))
            names += [s.name for s in page.subjects]
            token = page.next_page_token
            if not token:
                break
        self.assertEqual(names, sorted(set(names)))
        self.assertEqual(names[:5], [f"capex.company-{i}" for i in range(5)])
        capex = self.log.ListSubjects(pb.ListSubjectsRequest(subject_pattern="capex.*")).subjects
        self.assertEqual(sum(s.revision for s in capex), APPENDS)

    def test_the_head_is_the_last_append(self):
        head = self.log.GetHead(pb.GetHeadRequest())
        self.assertEqual(head.head_position, 2 * APPENDS)
        self.assertEqual(head.record_time, self.times[-1])
        self.assertEqual(head.epoch, self.client.admin.GetServerInfo(pb.GetServerInfoRequest()).epoch)


class EmptyLogTest(ServerCase):
    def test_an_empty_log_answers_as_one(self):
        head = self.client.log.GetHead(pb.GetHeadRequest())
        self.assertEqual(head.head_position, 0)
        self.assertFalse(head.HasField("record_time"))
        self.assertEqual(len(self.client.log.ListEvents(pb.ListEventsRequest()).events), 0)
        self.assertEqual(len(self.client.log.ListSubjects(pb.ListSubjectsRequest()).subjects), 0)
        parts = list(self.client.log.ReadEvents(pb.ReadEventsRequest()))
        self.assertEqual([len(part.events) for part in parts if part.events], [])


if __name__ == "__main__":
    unittest.main()
