"""What may pass says when to try again, and gRPC's own retries wait so long."""

import json
import time
import unittest

import grpc

from contract import pb
from refusal import Refusal
from server_case import ServerCase

SUBSCRIBE = "/chipline.v1.SubscriptionService/Subscribe"
SECONDS = 60
# Without the server's word gRPC would try again at once.
CONFIG = {"methodConfig": [{"name": [{"service": "chipline.v1.SubscriptionService"}], "retryPolicy": {
    "maxAttempts": 2, "initialBackoff": "0.001s", "maxBackoff": "0.001s", "backoffMultiplier": 1,
    "retryableStatusCodes": ["RESOURCE_EXHAUSTED"]}}]}


class RetriesTest(ServerCase):
    flags = ("--max-streams", "1")

    def subscribe(self, channel):
        return channel.unary_stream(SUBSCRIBE, pb.SubscribeRequest.SerializeToString,
                                    pb.SubscribeResponse.FromString)(pb.SubscribeRequest(), timeout=SECONDS)

    def refused(self, *options):
        """How the server refuses one stream more, and how long that takes."""
        with grpc.insecure_channel(self.server.address, options) as channel:
            grpc.channel_ready_future(channel).result(SECONDS)
            began = time.monotonic()
            with self.assertRaises(grpc.RpcError) as refused:
                next(self.subscribe(channel))
            return refused.exception, time.monotonic() - began

    def test_a_stream_too_many_is_tried_again_as_late_as_the_server_says(self):
        with grpc.insecure_channel(self.server.address) as channel:
            first = self.subscribe(channel)
            next(first)
            error, _ = self.refused(("grpc.enable_retries", 0))
            refusal = Refusal.of_error(error)
            self.assertEqual((refusal.code, refusal.reason),
                             (grpc.StatusCode.RESOURCE_EXHAUSTED, "TOO_MANY_STREAMS"))
            self.assertEqual(refusal.retry.retry_delay.seconds, 1)
            self.assertEqual(dict(error.trailing_metadata())["grpc-retry-pushback-ms"], "1000")
            error, seconds = self.refused(("grpc.service_config", json.dumps(CONFIG)))
            self.assertEqual(error.code(), grpc.StatusCode.RESOURCE_EXHAUSTED)
            self.assertGreaterEqual(seconds, 1)
            first.cancel()


if __name__ == "__main__":
    unittest.main()
