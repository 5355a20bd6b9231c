"""Bytes that no client should send, and metadata that none should: each is refused by name, and the server
serves on. What a request may be told of its fields is tests/e2e/bad_events_test.py's matter."""

import pathlib
import unittest

import grpc

import claims
from clients import Stubs
from contract import pb
from fault_case import FaultCase, rounds

APPEND = "/chipline.v1.EventLogService/AppendEvents"
PIPELINE = "/chipline.v1.EventLogService/PipelineAppend"
REFUSED = {grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.ALREADY_EXISTS,
           grpc.StatusCode.RESOURCE_EXHAUSTED}


def field(number, content):
    """A length-delimited field."""
    length, size = bytearray(), len(content)
    while size >= 0x80:
        length.append(size & 0x7f | 0x80)
        size >>= 7
    return bytes([number << 3 | 2]) + bytes(length) + bytes([size]) + content


class InputTest(FaultCase):
    def code(self, content, method=APPEND):
        """How a call with these bytes ends."""
        try:
            self.server.client.channel.unary_unary(method)(content, timeout=20)
        except grpc.RpcError as error:
            return error.code()
        return grpc.StatusCode.OK

    def head(self):
        return self.server.client.log.GetHead(pb.GetHeadRequest()).head_position

    def resident(self):
        status = pathlib.Path(f"/proc/{self.server.process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) * 1024

    def test_every_truncation_of_an_append_is_refused_or_a_whole_one(self):
        whole = pb.AppendEventsRequest(events=[claims.capex("acme", event_id="cut")]).SerializeToString()
        for length in range(0, len(whole), 1 if rounds(1) > 1 else 3):
            self.assertIn(self.code(whole[:length]), REFUSED, length)
        self.assertEqual(self.head(), 0)
        self.assertEqual(self.code(whole), grpc.StatusCode.OK)

    def test_deep_nesting_is_refused(self):
        # Messages in messages, and groups, which a reader follows as deep as it is led.
        nested = b""
        for _ in range(10_000):
            nested = field(1, nested)
        for content in (nested, b"\x0b" * 10_000, b"\x0b" * 100_000 + b"\x0c" * 100_000,
                        field(1, b"\x7b" * 50_000)):
            self.assertIn(self.code(content), REFUSED)
        self.assertEqual(self.head(), 0)

    def test_nul_and_control_characters_in_names_are_refused_or_kept_as_they_are(self):
        for event_id in ("a\0b", "\0", "a\nb", "a\x7fb", "ä"):
            request = pb.AppendEventsRequest(events=[claims.capex("acme", event_id=event_id)])
            self.assertIn(self.code(request.SerializeToString()), REFUSED, repr(event_id))
        for text in ("\0", "before\0after"):
            event = claims.capex("acme", scope_text=text)
            code = self.code(pb.AppendEventsRequest(events=[event]).SerializeToString())
            if code == grpc.StatusCode.OK:
                stored = self.server.client.log.GetEvent(pb.GetEventRequest(event_id=event.event_id))
                self.assertEqual(stored.event.event.capex_announcement.scope_text, text)
            else:
                self.assertIn(code, REFUSED)

    def test_text_that_is_no_utf8_is_refused_wherever_it_is(self):
        good = pb.AppendEventsRequest(
            events=[claims.capex("acme", event_id="utf8", scope_text="SCOPE")]).SerializeToString()
        for wrong in (b"\xff\xfe\xfd\xfc\xfb", b"\xed\xa0\x80ab", b"\xf8\x88\x80\x80\x80", b"\xc0\x80abc"):
            self.assertIn(self.code(good.replace(b"SCOPE", wrong)), REFUSED, wrong)
        self.assertEqual(self.head(), 0)

    def test_lengths_that_lie_cost_no_memory(self):
        before = self.resident()
        for content in (b"\x0a\xff\xff\xff\x7f", b"\x0a\xff\xff\xff\xff\xff\xff\xff\xff\x7f",
                        b"\x0a\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01", field(1, b"\x0a\xff\xff\xff\x07")):
            for _ in range(50):
                self.assertIn(self.code(content), REFUSED)
        self.assertLess(self.resident() - before, 64 * 2**20)

    def test_metadata_beyond_the_limit_is_refused(self):
        # Its connection may go with it; others' do not.
        bad = Stubs(self.server.address)
        with self.assertRaises(grpc.RpcError):
            bad.log.GetHead(pb.GetHeadRequest(), timeout=20, metadata=(("x-large", "x" * 200_000),))
        bad.close()
        self.assertEqual(self.head(), 0)

    def test_pipelines_of_random_bytes_harm_nobody(self):
        crowd = self.crowd(writers=2, subscribers=2)
        stubs = Stubs(self.server.address)
        for _ in range(rounds(60)):
            content = self.random.randbytes(self.random.randrange(1, 400))
            call = stubs.channel.stream_stream(PIPELINE)(iter([content] * 3), timeout=20)
            try:
                for _ in call:
                    pass
            except grpc.RpcError as error:
                self.assertIn(error.code(), REFUSED, content.hex())
        stubs.close()
        crowd.wait_for(20)
        crowd.judge(20)
        self.server.stop()


if __name__ == "__main__":
    unittest.main()
