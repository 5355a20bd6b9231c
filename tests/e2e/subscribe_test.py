"""Subscriptions: what was there and what comes, once each and in order; and named checkpoints."""

import time
import unittest

import grpc

import claims
from contract import pb
from refusal import Refusal
from server_case import ServerCase


class Subscription:
    """A stream, and what it has said so far."""

    def __init__(self, client, **request):
        self.stream = client.subscriptions.Subscribe(pb.SubscribeRequest(**request))
        self.messages = []
        self.events = []

    def read(self, wanted):
        """Reads until `wanted` says so of a message, and answers that message."""
        for message in self.stream:
            self.messages.append(message)
            self.events += message.batch.events
            if wanted(message):
                return message
        raise AssertionError("the stream ended")

    def read_to(self, step):
        return self.read(lambda message: message.WhichOneof("step") == step)

    def read_events(self, count):
        while len(self.events) < count:
            self.read_to("batch")
        return self.events

    def close(self):
        self.stream.cancel()


class SubscribeTest(ServerCase):
    def subscribe(self, **request):
        subscription = Subscription(self.client, **request)
        self.addCleanup(subscription.close)
        return subscription

    def fill(self, count):
        """Appends events of one company of its own; answers the company and the positions."""
        company = claims.fresh("company")
        return company, [self.append(claims.capex(company)).events[0].position for _ in range(count)]

    def test_everything_comes_first_and_then_what_is_new(self):
        company, _ = self.fill(30)
        subscription = self.subscribe()
        started = subscription.read(lambda _: True)
        self.assertEqual(started.WhichOneof("step"), "started")
        self.assertEqual(started.started.log_id, self.client.log.GetHead(pb.GetHeadRequest()).log_id)
        caught_up = subscription.read_to("caught_up")
        self.assertEqual([e.position for e in subscription.events], list(range(1, self.head() + 1)))
        self.assertEqual(caught_up.position, caught_up.head_position)
        live = self.append(claims.capex(company), claims.usage(company)).events
        subscription.read_events(live[1].position)
        self.assertEqual([e.position for e in subscription.events], list(range(1, self.head() + 1)))
        self.assertEqual(subscription.messages[-1].position, live[1].position)

    def test_what_is_sent_is_what_is_stored(self):
        company, positions = self.fill(3)
        subscription = self.subscribe(filter=pb.Filter(companies=[company]))
        subscription.read_to("caught_up")
        stored = [self.client.log.GetEvent(pb.GetEventRequest(position=p)).event for p in positions]
        self.assertEqual(subscription.events, stored)

    def test_every_start_starts_there(self):
        _, positions = self.fill(10)
        middle = self.client.log.GetEvent(pb.GetEventRequest(position=positions[5])).event.record_time
        expected = {
            "after_position": (dict(after_position=positions[6]), positions[7:]),
            "start_time": (dict(start_time=middle), positions[5:]),
            "head": (dict(head=True), []),
        }
        for name, (start, there) in expected.items():
            with self.subTest(name):
                subscription = self.subscribe(**start)
                subscription.read_to("caught_up")
                self.assertEqual([e.position for e in subscription.events], there)
                subscription.close()
        subscription = self.subscribe(head=True)
        subscription.read_to("caught_up")
        _, (new,) = self.fill(1)
        self.assertEqual(subscription.read_events(1)[0].position, new)

    def test_every_message_is_a_place_to_go_on_from(self):
        company, _ = self.fill(40)
        wanted = pb.Filter(companies=[company])
        whole = self.subscribe(filter=wanted, max_batch_bytes=4096)
        whole.read_to("caught_up")
        self.assertGreater(len(whole.messages), 3)
        seen = 0
        for message in whole.messages:
            seen += len(message.batch.events)
            for start in (dict(resume_token=message.resume_token),
                          dict(after_position=message.position)):
                rest = self.subscribe(filter=wanted, **start)
                rest.read_to("caught_up")
                self.assertEqual(rest.events, whole.events[seen:])
                rest.close()

    def test_a_batch_is_whole_appends(self):
        company = claims.fresh("company")
        for i in range(20):
            self.append(*[claims.capex(company) for _ in range(i % 6 + 1)])
        subscription = self.subscribe(filter=pb.Filter(companies=[company]), max_batch_bytes=4096)
        subscription.read_to("caught_up")
        for message in subscription.messages:
            if message.batch.events:
                first, last = message.batch.events[0], message.batch.events[-1]
                self.assertEqual(first.position, first.append_first_position)
                self.assertEqual(last.position, last.append_first_position + last.append_size - 1)
        self.assertEqual(len(subscription.events), sum(i % 6 + 1 for i in range(20)))

    def test_progress_moves_over_what_the_filter_leaves_out(self):
        subscription = self.subscribe(filter=pb.Filter(companies=["nobody-at-all"]),
                                      heartbeat_interval={"seconds": 1})
        subscription.read_to("caught_up")
        _, positions = self.fill(5)
        message = subscription.read(lambda m: m.position >= positions[-1])
        self.assertEqual(subscription.events, [])
        rest = self.subscribe(resume_token=message.resume_token,
                              filter=pb.Filter(companies=["nobody-at-all"]))
        rest.read_to("caught_up")

    def test_a_heartbeat_comes_when_nothing_happens(self):
        subscription = self.subscribe(head=True, heartbeat_interval={"seconds": 1})
        subscription.read_to("caught_up")
        begin = time.monotonic()
        beats = [subscription.read_to("heartbeat") for _ in range(2)]
        self.assertGreater(time.monotonic() - begin, 0.8)
        self.assertGreater(beats[0].heartbeat.server_time.seconds, 0)
        self.assertEqual(beats[0].position, self.head())

    def test_a_token_of_another_filter_is_refused(self):
        first = self.subscribe(filter=pb.Filter(companies=["acme"]))
        token = first.read_to("caught_up").resume_token
        self.assert_refused(
            lambda: Subscription(self.client, resume_token=token).stream,
            grpc.StatusCode.FAILED_PRECONDITION, "TOKEN_OTHER_QUERY")

    def test_shards_share_everything_and_a_subject_is_in_one(self):
        for _ in range(12):
            self.fill(2)
        owner, seen = {}, []
        for index in range(3):
            part = self.subscribe(shard=pb.Shard(index=index, count=3))
            self.assertEqual(part.read(lambda _: True).started.shard_hash_version, 1)
            part.read_to("caught_up")
            self.assertEqual([e.position for e in part.events], sorted(e.position for e in part.events))
            for event in part.events:
                self.assertEqual(owner.setdefault(event.subject, index), index)
                seen.append(event.position)
        self.assertEqual(sorted(seen), list(range(1, self.head() + 1)))

    def test_the_operator_sees_who_is_subscribed_and_how_far(self):
        name = claims.fresh("reader")
        subscription = self.subscribe(client_name=name)
        subscription.read_to("caught_up")
        def listed():
            return [s for s in self.client.admin.ListSubscribers(
                pb.ListSubscribersRequest(page_size=1000)).subscribers if s.client_name == name]
        (subscriber,) = listed()
        self.assertEqual(subscriber.state, pb.SUBSCRIBER_STATE_LIVE)
        self.assertEqual(subscriber.lag_events, self.head() - subscriber.position)
        self.assertIn("Subscribe", subscriber.method)
        self.assertIn("127.0.0.1", subscriber.peer)
        self.assertGreater(self.client.admin.GetStats(pb.GetStatsRequest()).streams, 0)
        subscription.close()
        deadline = time.monotonic() + 20
        while listed():
            self.assertLess(time.monotonic(), deadline, "a subscriber that left is still listed")


class CursorTest(ServerCase):
    def test_a_checkpoint_moves_only_from_where_the_caller_thinks(self):
        subscriptions = self.client.subscriptions
        for _ in range(5):
            self.append(claims.capex("acme"))
        def commit(position, **expected):
            return subscriptions.CommitCursor(
                pb.CommitCursorRequest(name="reader", position=position, **expected)).cursor
        self.assertEqual(commit(2, expected_position=0).position, 2)
        self.assertEqual(commit(4, expected_position=2).position, 4)
        refused = self.assert_refused(lambda: commit(5, expected_position=2), grpc.StatusCode.ABORTED,
                                      "EXPECTED_POSITION_DIFFERS")
        self.assertEqual((refused.info.metadata["expected_position"], refused.info.metadata["actual_position"]),
                         ("2", "4"))
        self.assertEqual(commit(1).position, 1)
        stored = subscriptions.GetCursor(pb.GetCursorRequest(name="reader")).cursor
        self.assertEqual((stored.name, stored.position), ("reader", 1))
        self.assertTrue(stored.HasField("commit_time"))

    def test_checkpoints_are_listed_in_byte_order_and_outlive_a_crash(self):
        names = [f"list.{i:02}" for i in range(12)]
        for name in reversed(names):
            self.client.subscriptions.CommitCursor(pb.CommitCursorRequest(name=name, position=0))
        self.server.kill()
        self.server.start()
        listed, token = [], ""
        while True:
            page = self.client.subscriptions.ListCursors(
                pb.ListCursorsRequest(page_size=5, page_token=token))
            listed += [c.name for c in page.cursors]
            token = page.next_page_token
            if not token:
                break
        self.assertEqual([name for name in listed if name.startswith("list.")], names)


class DrainTest(ServerCase):
    def test_a_stop_tells_subscribers_to_come_again(self):
        subscription = Subscription(self.client, heartbeat_interval={"seconds": 60})
        subscription.read_to("caught_up")
        self.server.process.terminate()
        with self.assertRaises(grpc.RpcError) as caught:
            list(subscription.stream)
        self.assertEqual(caught.exception.code(), grpc.StatusCode.UNAVAILABLE)
        refused = Refusal.of_error(caught.exception)
        self.assertIsNotNone(refused.retry, str(refused))
        self.assertEqual(self.server.process.wait(10), 0, self.server.said())
        self.server.start()


if __name__ == "__main__":
    unittest.main()
