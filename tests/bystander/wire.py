"""Protobuf and gRPC by hand, for processes that must start fast and send what no generated code would."""

import struct

from protobuf_wire import field, varint
from raw_http2 import SETTINGS, WINDOW_UPDATE, frame

ACK = 1
INITIAL_WINDOW = 4
WIDE = 2**31 - 1
# A client that never lets flow control stop the server.
WIDE_WINDOWS = frame(SETTINGS, 0, 0, struct.pack(">HI", INITIAL_WINDOW, WIDE)) + frame(
    WINDOW_UPDATE, 0, 0, struct.pack(">I", WIDE - 65535))

LOG = "/chipline.v1.EventLogService/"
TIMELINES = "/chipline.v1.TimelineService/"
SUBSCRIPTIONS = "/chipline.v1.SubscriptionService/"
ADMIN = "/chipline.v1.AdminService/"


def append_request(events):
    """AppendEventsRequest of events that are given as (id, the other fields' bytes)."""
    return b"".join(field(1, field(1, event_id.encode()) + rest) for event_id, rest in events)


def pipeline_request(number, append):
    return b"\x08" + varint(number) + field(2, append)


def grpc_message(body):
    return struct.pack(">BI", 0, len(body)) + body
