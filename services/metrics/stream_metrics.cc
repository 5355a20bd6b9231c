#include <algorithm>
#include <map>
#include <string>

#include "services/metrics/parts.h"

namespace chipline::metrics {
namespace {

// The streams of one method.
struct Streams {
  uint64_t live = 0;
  uint64_t catching_up = 0;
  uint64_t bytes = 0;
  storage::Position slowest = 0;
};

}  // namespace

void AddStreams(const storage::Log& log, const Subscribers& subscribers, size_t max_streams,
                Families& families) {
  const storage::Position head = log.reader().head();
  std::map<std::string, Streams> methods;
  for (const auto& subscriber : subscribers.List(0, max_streams)) {
    Streams& streams = methods[subscriber->name.method];
    ++(subscriber->live ? streams.live : streams.catching_up);
    streams.bytes += subscriber->in_flight_bytes + subscriber->held_bytes;
    const storage::Position position = subscriber->position;
    streams.slowest = std::max(streams.slowest, head > position ? head - position : 0);
  }
  families.Gauge("chipline_streams", "Open streams, by method and whether they have all.");
  for (const auto& [method, streams] : methods) {
    families.Add(Number(streams.live), {{"method", method}, {"state", "live"}});
    families.Add(Number(streams.catching_up), {{"method", method}, {"state", "catching_up"}});
  }
  families.Gauge("chipline_streams_limit", "How many streams may be open (--max-streams).",
                 Number(max_streams));
  families.Gauge(
      "chipline_streams_lag_events_max",
      "How many events the stream that is furthest behind has yet to be sent or passed.");
  for (const auto& [method, streams] : methods) {
    families.Add(Number(streams.slowest), {{"method", method}});
  }
  families.Gauge("chipline_streams_held_bytes", "Bytes of messages that clients have yet to read.");
  for (const auto& [method, streams] : methods) {
    families.Add(Number(streams.bytes), {{"method", method}});
  }
  families.Counter("chipline_delivered_events_total", "Events sent to readers since the start.",
                   Number(subscribers.delivered_events()));
}

void AddCursors(const storage::Log& log, size_t max_cursors, Families& families) {
  const auto cursors = log.ListCursors("", max_cursors);
  const storage::Position head = log.reader().head();
  families.Gauge(
      "chipline_cursor_lag_events",
      "Events behind a named cursor; of the first 100 by name. Clients choose the names, of "
      "up to 128 letters, digits, '.', '_' and '-'.");
  if (!cursors.ok()) return;
  for (const storage::NamedCursor& cursor : *cursors) {
    families.Add(Number(head > cursor.position ? head - cursor.position : 0),
                 {{"cursor", cursor.name}});
  }
}

namespace {

bool IsEmpty(const Histogram& histogram) {
  const Histogram::Snapshot counted = histogram.snapshot();
  return std::all_of(counted.counts.begin(), counted.counts.end(),
                     [](uint64_t count) { return count == 0; });
}

void AddSizes(const CallCounts& calls, Histogram MethodCounts::*sizes, Families& families) {
  for (const auto& [method, counts] : calls.methods()) {
    if (!IsEmpty(counts.*sizes)) families.Add(counts.*sizes, {{"grpc_method", method}});
  }
}

}  // namespace

void AddCalls(const CallCounts& calls, Families& families) {
  families.Counter("grpc_server_calls_started_total", "Calls that came since the start.");
  for (const auto& [method, counts] : calls.methods()) {
    families.Add(Number(counts.started), {{"grpc_method", method}});
  }
  families.Histogram("grpc_server_call_duration_seconds",
                     "How long calls took that have ended, streams from open to end.");
  for (const auto& [method, counts] : calls.methods()) {
    for (size_t code = 0; code < kStatusCodes; ++code) {
      const Histogram& seconds = *counts.seconds[code];
      if (IsEmpty(seconds)) continue;
      families.Add(seconds, {{"grpc_method", method}, {"grpc_status", NameOf(code)}});
    }
  }
  families.Histogram("grpc_server_call_rcvd_total_compressed_message_size_bytes",
                     "Bytes of the requests of a call that has ended, without gRPC's framing.");
  AddSizes(calls, &MethodCounts::received_bytes, families);
  families.Histogram("grpc_server_call_sent_total_compressed_message_size_bytes",
                     "Bytes of the answers of a call that has ended, without gRPC's framing.");
  AddSizes(calls, &MethodCounts::sent_bytes, families);
}

}  // namespace chipline::metrics
