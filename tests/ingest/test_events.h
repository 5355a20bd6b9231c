#ifndef CHIPLINE_TESTS_INGEST_TEST_EVENTS_H_
#define CHIPLINE_TESTS_INGEST_TEST_EVENTS_H_

#include <functional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "chipline/storage/v1/command.pb.h"
#include "chipline/v1/event_log_service.pb.h"

// Events to start a test from, and what is wrong with a request as a test compares it.
namespace chipline::ingest {

// Valid events with every field of their payload set that can be set beside the others.
v1::Event Capex();
v1::Event Rule();
v1::Event Order();
v1::Event Supply();
v1::Event Usage();
v1::Event Alias();
v1::Event Notice();
v1::Event Price();
std::vector<v1::Event> AllEvents();

v1::Event ParseEvent(std::string_view text);

v1::AppendEventsRequest RequestOf(const std::vector<v1::Event>& events);
absl::StatusOr<storage::v1::Append> SealOne(const v1::Event& event);
storage::v1::SealedEvent Sealed(const v1::Event& event);

// A field that is wrong, as the status lists it.
struct Violation {
  std::string field;
  std::string description;

  friend std::ostream& operator<<(std::ostream& out, const Violation& violation) {
    return out << violation.field << ": " << violation.description;
  }
};
std::vector<Violation> ViolationsOf(const absl::Status& status);

// Changes a valid event so that just one thing is wrong with it.
struct BadCase {
  std::string name;
  v1::Event event;
  std::function<void(v1::Event&)> spoil;
  // The whole path, and a part of the description.
  std::string field;
  std::string description;
};
// Expects that the event is valid, and that spoilt it has this one violation.
void ExpectRefused(const BadCase& bad);

}  // namespace chipline::ingest

#endif  // CHIPLINE_TESTS_INGEST_TEST_EVENTS_H_
