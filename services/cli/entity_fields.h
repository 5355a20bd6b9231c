#ifndef CHIPLINE_SERVICES_CLI_ENTITY_FIELDS_H_
#define CHIPLINE_SERVICES_CLI_ENTITY_FIELDS_H_

#include <cstdint>
#include <functional>
#include <string>

#include "google/protobuf/message.h"

#include "chipline/v1/alias_change.pb.h"
#include "chipline/v1/values.pb.h"

// Which fields of events, entries and explanations hold entities.
namespace chipline::cli {

// What is written in the place of each entity. Publishers and bodies count as companies.
struct EntityWriter {
  std::function<std::string(v1::EntityKind, const std::string& id)> id;
  std::function<void(v1::EntityKind, v1::Ref&)> ref;
  // Told of each entity that a recorded event lists.
  std::function<void(v1::EntityKind, const std::string& id)> listed = [](v1::EntityKind,
                                                                         const std::string&) {};
  // Told of each publisher of a claim, with the claim's position.
  std::function<void(const std::string& id, uint64_t position)> publisher = [](const std::string&,
                                                                               uint64_t) {};
};

// Goes through the message and all that is in it. Sentences of the server's stay as they are: what
// is shown is made of the values beside them (services/words/reason_words.h).
void WriteEntities(google::protobuf::Message& message, const EntityWriter& writer);

// Goes through the references of a message, without a change.
void VisitEntities(const google::protobuf::Message& message,
                   const std::function<void(v1::EntityKind, const v1::Ref&)>& visit);

}  // namespace chipline::cli

#endif  // CHIPLINE_SERVICES_CLI_ENTITY_FIELDS_H_
