"""What the test cases have in common: one server for all tests of a class, and how to see a refusal."""

import unittest

import grpc

from chipline_process import Server
from contract import pb
from refusal import Refusal

INVALID = grpc.StatusCode.INVALID_ARGUMENT
MAX_DETAIL_BYTES = 8192


class ServerCase(unittest.TestCase):
    """One server, empty at first. Each test uses event ids and names of its own."""

    flags = ()
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.server = Server(*cls.flags)
        cls.addClassCleanup(cls.server.close)

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    @property
    def client(self):
        return self.server.client

    def append(self, *events, **others):
        return self.client.log.AppendEvents(pb.AppendEventsRequest(events=events, **others))

    def head(self):
        return self.client.log.GetHead(pb.GetHeadRequest()).head_position

    def serves(self):
        """The server takes calls as before."""
        self.assertIsNone(self.server.process.poll(), self.server.said())
        self.assertNotEqual(self.client.log.GetHead(pb.GetHeadRequest()).log_id, "")

    def refusal(self, call):
        """How the call is refused. A stream is read to its end."""
        try:
            answer = call()
            if isinstance(answer, grpc.RpcError):
                answer = list(answer)
        except grpc.RpcError as error:
            refused = Refusal.of_error(error)
        else:
            self.fail(f"was not refused, but answered {answer!r:.500}")
        self.serves()
        return refused

    def assert_refused(self, call, code, reason, fields=None):
        """The call is refused with this code and reason and, in this order, these fields."""
        refused = self.refusal(call)
        self.assert_refusal(refused, code, reason, fields)
        return refused

    def assert_refusal(self, refused, code, reason, fields=None):
        self.assertEqual(refused.code, code, str(refused))
        self.assertEqual(refused.reason, reason, str(refused))
        self.assertEqual(refused.info.domain, "chipline", str(refused))
        self.assertNotEqual(refused.message, "")
        if fields is not None:
            self.assertEqual(refused.fields, list(fields), str(refused))
            for violation in refused.bad_request.field_violations:
                self.assertNotEqual(violation.description, "", violation.field)

    def assert_fields(self, call, *fields):
        """The call is refused because of these fields."""
        return self.assert_refused(call, INVALID, "INVALID_FIELDS", fields)
