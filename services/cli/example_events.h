#ifndef CHIPLINE_SERVICES_CLI_EXAMPLE_EVENTS_H_
#define CHIPLINE_SERVICES_CLI_EXAMPLE_EVENTS_H_

#include <string>
#include <string_view>
#include <vector>

#include "google/protobuf/descriptor.h"

namespace chipline::cli {

// A part of an example: some of its JSON, and what is to be known of it.
struct ExamplePart {
  std::string json;
  std::string_view words;
  // Of which one value stands in the JSON; null if none does.
  const google::protobuf::EnumDescriptor* choices = nullptr;
};

// An event of one kind, filled in to be edited. Its parts together are one line of JSON.
struct ExampleEvent {
  // As events --type has it: "chip-order".
  std::string kind;
  // What such an event says.
  std::string_view about;
  std::vector<ExamplePart> parts;

  std::string Json() const;
};

// In the order of Event.payload; a test sees to it that no member of that is missing.
std::vector<ExampleEvent> ExampleEvents();

}  // namespace chipline::cli

#endif  // CHIPLINE_SERVICES_CLI_EXAMPLE_EVENTS_H_
