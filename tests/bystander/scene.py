"""The log that the bystander and the abusers share: many small entries, one company with thousands of them, one
entry of many large claims."""

import os
import sys
import time

import claims
from contract import pb
from wire import LOG, append_request

EVENTS = int(os.environ.get("CHIPLINE_BYSTANDER_EVENTS", "30000"))
COMPANIES = 400
# Of the company `many`.
ENTRIES = 3000
# Of the company `large`, about 16 KB each.
LARGE_CLAIMS = 300
# By a mention that no name is known for, so that aliases move them.
MENTIONS = 500
BATCH = 500
PATIENCE_SECONDS = 120


def company(number):
    return f"company-{number % COMPANIES}"


def body(event):
    """The bytes of the event without its id, which goes before them."""
    event.event_id = ""
    return event.SerializeToString()


def small(number):
    return body(claims.usage(company(number), 1000 + number, f"2025-{1 + number // COMPANIES % 12:02}"))


def large(number):
    text = "x" * 3900
    event = claims.usage("large", 1000 + number, f"2025-01-{1 + number % 28:02}", scope_text=text,
                         conditions=[f"{i} {text}" for i in range(3)])
    event.source.hops[0].publisher.id = f"outlet-{number}"
    return body(event)


def one_of_many(number):
    return body(claims.capex("many", 1000 + number, str(2000 + number % 50), scope=pb.CAPEX_SCOPE_AI,
                             definition=f"definition {number // 50}"))


def mentioned(number):
    event = claims.usage("", 1000 + number, f"2025-{1 + number % 12:02}")
    event.usage_report.company.CopyFrom(pb.Ref(mention="Drifter"))
    return body(event)


def alias(entity, change):
    return body(claims.alias(entity, "Drifter", change))


def _events():
    for number in range(LARGE_CLAIMS):
        yield large(number), 20
    for number in range(ENTRIES):
        yield one_of_many(number), BATCH
    for number in range(MENTIONS):
        yield mentioned(number), BATCH
    # A template each, so that building the log takes little of the test's time.
    templates = [small(number) for number in range(12 * COMPANIES)]
    for number in range(EVENTS - LARGE_CLAIMS - ENTRIES - MENTIONS):
        yield templates[number % len(templates)], BATCH


def fill(server):
    """Appends all of it and waits until the timelines have it."""
    append = server.client.channel.unary_unary(LOG + "AppendEvents")
    batch, number = [], 0
    for event, size in _events():
        number += 1
        batch.append((f"loaded-{number}", event))
        if len(batch) >= size:
            append(append_request(batch))
            batch = []
    if batch:
        append(append_request(batch))
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        stats = server.client.admin.GetStats(pb.GetStatsRequest())
        if stats.view_position == stats.head_position:
            return
        if time.monotonic() > deadline:
            sys.exit(f"the timelines are at {stats.view_position} of {stats.head_position}")
        time.sleep(0.02)
