"""Requests compressed with gzip: taken by every kind of call, and bounded by what they are once inflated."""

import gzip
import unittest

import grpc

import claims
from contract import pb
from server_case import INVALID, ServerCase

LOG = "/chipline.v1.EventLogService/"
GZIP = grpc.Compression.Gzip
MAX_REQUEST = 4 * 1024 * 1024
MAX_QUERY = 64 * 1024


class GzipTest(ServerCase):
    def event(self):
        return claims.capex(claims.fresh("company"), source=claims.source(publisher="financial-times"))

    def test_appends_reads_and_streams_take_it(self):
        events = [self.event() for _ in range(50)]
        request = pb.AppendEventsRequest(events=events)
        answer = self.client.log.AppendEvents(request, compression=GZIP)
        self.assertEqual(len(answer.events), 50)
        subjects = [f"capex.{'x' * 64}"] * 60
        wide = pb.Filter(subject_patterns=subjects)
        self.assertFalse(self.client.log.ListEvents(pb.ListEventsRequest(filter=wide), compression=GZIP).events)
        self.assertFalse([message.events for message in
                          self.client.log.ReadEvents(pb.ReadEventsRequest(filter=wide), compression=GZIP)
                          if message.events])

    def test_a_pipeline_takes_it_and_goes_on(self):
        requests = [pb.PipelineAppendRequest(request_id=number, append=pb.AppendEventsRequest(
            events=[self.event() for _ in range(20)])) for number in range(1, 4)]
        requests.append(pb.PipelineAppendRequest(request_id=4))
        answers = list(self.client.log.PipelineAppend(iter(requests), compression=GZIP))
        self.assertEqual([len(answer.result.events) for answer in answers], [20, 20, 20, 0])
        self.assertEqual(answers[3].error.code, INVALID.value[0])

    def zeros(self, method, size, stream=False):
        """A message of so many bytes that is much smaller on the wire: one long text of an unknown field."""
        channel = self.client.channel
        # Field 15, of that length.
        length, varint = size - 6, b""
        for _ in range(4):
            varint += bytes([length & 0x7f | 0x80])
            length >>= 7
        message = b"\x7a" + varint + bytes([length]) + bytes(size - 6)
        self.assertEqual(len(message), size)
        if stream:
            return lambda: list(channel.stream_stream(LOG + method)(iter([message]), compression=GZIP))
        return lambda: channel.unary_unary(LOG + method)(message, compression=GZIP)

    def test_what_it_becomes_is_bounded_as_what_comes_plain(self):
        for method, most in (("AppendEvents", MAX_REQUEST), ("GetHead", MAX_QUERY), ("ListEvents", MAX_QUERY)):
            with self.subTest(method):
                inside = self.refusal(self.zeros(method, most))
                self.assertNotIn("inflated", str(inside))
                for size in (most + 1, 5 * MAX_REQUEST):
                    refused = self.assert_refused(self.zeros(method, size), INVALID, "INVALID_FIELDS", ["request"])
                    self.assertIn(f"is more than {most} bytes once it is inflated", str(refused))
        refused = self.assert_refused(self.zeros("PipelineAppend", 100 * 1024 * 1024, stream=True), INVALID,
                                      "INVALID_FIELDS", ["request"])
        self.assertIn(f"is more than {MAX_REQUEST} bytes once it is inflated", str(refused))

    def test_what_is_damaged_is_told(self):
        """A client that sends gzip's first bytes without saying so is understood just as well."""
        whole = gzip.compress(pb.GetHeadRequest().SerializeToString())
        self.client.raw(LOG + "GetHead", whole)
        for broken in (whole[:-1], whole + b"\x00", whole[:12] + b"\xff" + whole[13:], whole[:2]):
            refused = self.assert_refused(lambda broken=broken: self.client.raw(LOG + "GetHead", broken),
                                          INVALID, "INVALID_FIELDS", ["request"])
            self.assertIn("damaged", str(refused))

    def test_gzip_inside_gzip_is_damaged(self):
        """One layer is taken off, by every kind of call."""
        whole = gzip.compress(pb.PipelineAppendRequest(append=pb.AppendEventsRequest(
            events=[self.event()])).SerializeToString())
        path, channel = LOG + "PipelineAppend", self.client.channel
        for call in (lambda: list(channel.stream_stream(path)(iter([gzip.compress(whole)]))),
                     lambda: self.client.raw(LOG + "GetHead", gzip.compress(gzip.compress(b""))),
                     lambda: list(self.client.raw_stream(LOG + "ReadEvents", gzip.compress(gzip.compress(b""))))):
            refused = self.assert_refused(call, INVALID, "INVALID_FIELDS", ["request"])
            self.assertIn("damaged", str(refused))
        self.assertEqual(len(list(channel.stream_stream(path)(iter([whole])))), 1)

    def test_deflate_is_refused(self):
        with self.assertRaises(grpc.RpcError) as refused:
            self.client.log.AppendEvents(pb.AppendEventsRequest(events=[self.event() for _ in range(50)]),
                                         compression=grpc.Compression.Deflate)
        self.assertEqual(refused.exception.code(), grpc.StatusCode.UNIMPLEMENTED)
        self.serves()


if __name__ == "__main__":
    unittest.main()
