#include "tests/cases/story.h"

#include <utility>

#include "gtest/gtest.h"

#include "fmt/format.h"

namespace chipline::cases {

using timeline::AsOf;

Position Story::Append(std::vector<v1::Event> events) {
  Position position = views().reader().head();
  for (v1::Event& event : events) {
    ++position;
    if (event.event_id().empty()) event.set_event_id(fmt::format("e{}", position));
  }
  const auto end = views().Append(events);
  EXPECT_TRUE(end.ok()) << end.status();
  views().WaitFor(end.value_or(0));
  return end.value_or(0);
}

absl::Status Story::Refused(const v1::Event& event) {
  const auto end = views().Append({event});
  EXPECT_FALSE(end.ok()) << "it was taken at " << *end;
  return end.status();
}

Position Story::Name(std::string_view entity, std::string_view name) {
  return ChangeName(entity, name, v1::ALIAS_OPERATION_ADD);
}

Position Story::Unname(std::string_view entity, std::string_view name) {
  return ChangeName(entity, name, v1::ALIAS_OPERATION_REMOVE);
}

Position Story::ChangeName(std::string_view entity, std::string_view name,
                           v1::AliasOperation change) {
  v1::Event event;
  v1::AliasChange& alias = *event.mutable_alias_change();
  alias.set_entity(std::string(entity));
  alias.set_kind(v1::ENTITY_KIND_COMPANY);
  alias.set_alias(std::string(name));
  alias.set_change(change);
  return Append({std::move(event)});
}

v1::TimelineEntry Story::Entry(std::string_view entry_id) {
  return EntryAt(entry_id, views().reader().head());
}

v1::TimelineEntry Story::EntryAt(std::string_view entry_id, Position position) {
  const auto entry =
      views().Snapshot()->folder().At(std::string(entry_id), AsOf{position, std::nullopt});
  EXPECT_TRUE(entry.ok()) << entry.status();
  return entry.ok() && entry->exists() ? entry->Parse() : v1::TimelineEntry();
}

std::vector<std::string> Story::EntryIds() {
  std::vector<std::string> ids;
  for (const auto& [id, bytes] : Entries()) ids.push_back(id);
  return ids;
}

v1::GetTimelineResponse Story::Get(const v1::GetTimelineRequest& request) {
  grpc::ClientContext context;
  v1::GetTimelineResponse response;
  const grpc::Status status = server_.stub().GetTimeline(&context, request, &response);
  EXPECT_TRUE(status.ok()) << status.error_message();
  return response;
}

}  // namespace chipline::cases
