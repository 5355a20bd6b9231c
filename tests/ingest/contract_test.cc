// That no field of the contract is left unchecked: these tests walk the descriptors, so a field
// that is added to a .proto and not to the checks fails here.
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "google/protobuf/reflection.h"
#include "google/protobuf/unknown_field_set.h"
#include "gtest/gtest.h"

#include "fmt/format.h"
#include "tests/ingest/test_events.h"

namespace chipline::ingest {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// A value in a message that is set; index -1 if the field is not repeated.
struct Place {
  Message* message;
  const FieldDescriptor* field;
  int index;
  std::string path;
};

// Calls `visit` with every value in the message, those in messages inside it included.
void Walk(Message& message, const std::string& path, const std::function<void(Place)>& visit) {
  std::vector<const FieldDescriptor*> fields;
  message.GetReflection()->ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    const auto& reflection = *message.GetReflection();
    const int count = field->is_repeated() ? reflection.FieldSize(message, field) : 1;
    for (int i = 0; i < count; ++i) {
      const std::string at = field->is_repeated() ? fmt::format("{}.{}[{}]", path, field->name(), i)
                                                  : fmt::format("{}.{}", path, field->name());
      visit({&message, field, field->is_repeated() ? i : -1, at});
      if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
      Walk(field->is_repeated() ? *reflection.MutableRepeatedMessage(&message, field, i)
                                : *reflection.MutableMessage(&message, field),
           at, visit);
    }
  }
}

// The test events with what the server computes.
std::vector<v1::Event> CompleteEvents() {
  std::vector<v1::Event> events;
  for (const v1::Event& event : AllEvents()) {
    events.emplace_back();
    EXPECT_TRUE(events.back().ParseFromString(Sealed(event).event()));
  }
  return events;
}

// For each place that `spoil` changes (it says whether it did), the event with that one change is
// refused under that place's path, in words that hold `description`. Returns how many there were.
int ExpectEachRefused(const std::function<bool(const Place&)>& spoil,
                      const std::string& description) {
  int spoilt = 0;
  for (const v1::Event& good : CompleteEvents()) {
    int places = 0;
    v1::Event counted = good;
    Walk(counted, "events[0]", [&](const Place&) { ++places; });
    for (int wanted = 0; wanted < places; ++wanted) {
      v1::Event event = good;
      // Kept apart while walking, since a change may make messages that the walk is in.
      std::vector<Place> all;
      Walk(event, "events[0]", [&](Place place) { all.push_back(std::move(place)); });
      const Place place = all[static_cast<size_t>(wanted)];
      if (!spoil(place)) continue;
      ++spoilt;
      bool found = false;
      const auto violations = ViolationsOf(SealOne(event).status());
      for (const Violation& violation : violations) {
        found = found || (violation.field == place.path &&
                          violation.description.find(description) != std::string::npos);
      }
      EXPECT_TRUE(found) << place.path << " of " << good.event_id() << ": "
                         << testing::PrintToString(violations);
    }
  }
  return spoilt;
}

void CollectFields(const google::protobuf::Descriptor& type, std::set<std::string>* fields,
                   std::set<std::string>* seen) {
  if (!seen->insert(type.full_name()).second) return;
  for (int i = 0; i < type.field_count(); ++i) {
    fields->insert(type.field(i)->full_name());
    if (type.field(i)->message_type() != nullptr) {
      CollectFields(*type.field(i)->message_type(), fields, seen);
    }
  }
}

TEST(ContractTest, TheTestEventsSetEveryFieldThatAnEventCanHave) {
  std::set<std::string> missing;
  std::set<std::string> seen;
  CollectFields(*v1::Event::descriptor(), &missing, &seen);
  for (v1::Event event : CompleteEvents()) {
    Walk(event, "", [&](const Place& place) { missing.erase(place.field->full_name()); });
  }
  EXPECT_EQ(missing, std::set<std::string>());
}

TEST(ContractTest, AnUnknownFieldAnywhereIsRefused) {
  const int count = ExpectEachRefused(
      [](const Place& place) {
        if (place.field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) return false;
        const auto& outer = *place.message->GetReflection();
        Message& inner = place.index < 0 ? *outer.MutableMessage(place.message, place.field)
                                         : *outer.MutableRepeatedMessage(place.message, place.field,
                                                                         place.index);
        inner.GetReflection()->MutableUnknownFields(&inner)->AddVarint(5000, 1);
        return true;
      },
      "a field of number 5000, which this server does not know");
  EXPECT_GT(count, 50);
}

TEST(ContractTest, AnUnknownFieldOfTheEventOrTheRequestIsRefused) {
  v1::Event event = Usage();
  event.GetReflection()->MutableUnknownFields(&event)->AddLengthDelimited(17, "x");
  auto violations = ViolationsOf(SealOne(event).status());
  ASSERT_EQ(violations.size(), 1u);
  EXPECT_EQ(violations[0].field, "events[0]");
  EXPECT_NE(violations[0].description.find("number 17"), std::string::npos);
}

TEST(ContractTest, AnUnknownEnumNumberAnywhereIsRefused) {
  const int count = ExpectEachRefused(
      [](const Place& place) {
        if (place.field->cpp_type() != FieldDescriptor::CPPTYPE_ENUM) return false;
        place.message->GetReflection()->SetEnumValue(place.message, place.field, 99);
        return true;
      },
      "is 99, which is no ");
  EXPECT_GT(count, 30);
}

TEST(ContractTest, ATextWithoutEndAnywhereIsRefused) {
  const std::string text(5000, 'x');
  const int count = ExpectEachRefused(
      [&text](const Place& place) {
        if (place.field->cpp_type() != FieldDescriptor::CPPTYPE_STRING) return false;
        const auto& reflection = *place.message->GetReflection();
        if (place.index < 0) {
          reflection.SetString(place.message, place.field, text);
        } else {
          reflection.SetRepeatedString(place.message, place.field, place.index, text);
        }
        return true;
      },
      "");
  EXPECT_GT(count, 100);
}

}  // namespace
}  // namespace chipline::ingest
