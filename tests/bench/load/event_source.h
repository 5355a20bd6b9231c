#ifndef CHIPLINE_TESTS_BENCH_LOAD_EVENT_SOURCE_H_
#define CHIPLINE_TESTS_BENCH_LOAD_EVENT_SOURCE_H_

#include <grpcpp/support/byte_buffer.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "chipline/v1/event.pb.h"

namespace chipline::bench {

// Full events for a load: capex, orders and rules with a source of two hops, about 500 bytes each,
// all valid and each with an id of its own. One in ten is about a small fixed set of companies,
// chips and orders. The others are spread over sets that grow with the number of events, so that
// the mean number of claims of a timeline entry stays about constant, near 100. What is sent as
// event n is the same in every run but for the run's name in its id.
//
// The events are serialised once; what is sent is a copy with other digits written over those of
// the id and the names, so that the generator costs little beside the server that it measures.
// Thread-safe.
class EventSource {
 public:
  // `run` sets these ids apart from those of every other run; at most 12 characters.
  explicit EventSource(const std::string& run);

  // One event in so many is about the fixed set.
  static constexpr uint64_t kHotEvery = 10;

  // One event in so many has this subject, and no other event has.
  static constexpr uint64_t kRareEvery = 1000;
  static constexpr std::string_view kRareSubject = "order.bench-company-1.rare";

  // The names of the fixed set; to be appended first. Others stand for themselves.
  static std::vector<v1::Event> Aliases(const std::string& run);

  // A claim on what a company spends in one period, another figure for each number.
  static v1::Event Probe(const std::string& run, const std::string& company, int number);

  // The bytes of one event, on average.
  size_t mean_event_bytes() const { return mean_bytes_; }

  // AppendEventsRequest with that many new events.
  grpc::ByteBuffer AppendRequest(size_t events);
  // PipelineAppendRequest with the same.
  grpc::ByteBuffer PipelineRequest(size_t events);
  // One event's bytes, for the limits of the disk.
  std::string NextEvent();

 private:
  // One serialised event, and where the digits stand in it. npos: it has none of these.
  struct Template {
    std::string bytes;
    size_t id = std::string::npos;
    size_t company = std::string::npos;
    size_t order = std::string::npos;
    size_t chip = std::string::npos;
  };
  static Template TemplateOf(const v1::Event& event);
  // Writes the digits of that event over those of its template.
  static void Patch(const Template& from, uint64_t number, char* bytes);
  void AppendTo(size_t events, std::string& out);

  std::vector<Template> templates_;
  Template rare_;
  size_t mean_bytes_ = 0;
  std::atomic<uint64_t> next_ = 1;
};

// A buffer that holds a copy of the bytes.
grpc::ByteBuffer ToBuffer(const std::string& bytes);

}  // namespace chipline::bench

#endif  // CHIPLINE_TESTS_BENCH_LOAD_EVENT_SOURCE_H_
