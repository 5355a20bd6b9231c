#include "services/cli/aliases.h"

#include <algorithm>

namespace chipline::cli {
namespace {

// "CN" and "UAE" are codes.
constexpr size_t kCodeBytes = 3;

const std::string* FirstOf(const std::vector<Aliases::Name>& names, std::string_view language,
                           bool no_codes) {
  const auto found = std::find_if(names.begin(), names.end(), [&](const Aliases::Name& name) {
    return name.language == language && (!no_codes || name.text.size() > kCodeBytes);
  });
  return found == names.end() ? nullptr : &found->text;
}

}  // namespace

void Aliases::Apply(const v1::AliasChange& change) {
  std::vector<Name>& names = by_entity_[{change.kind(), change.entity()}];
  std::erase_if(names, [&](const Name& name) { return name.text == change.alias(); });
  if (change.change() == v1::ALIAS_OPERATION_ADD) {
    names.push_back({change.alias(), change.language()});
  }
}

picture::Names Aliases::Chosen(std::string_view language) const {
  picture::Names chosen;
  for (const auto& [key, names] : by_entity_) {
    const bool place = key.first == v1::ENTITY_KIND_PLACE;
    const std::string* name = FirstOf(names, language, place);
    if (name == nullptr) name = FirstOf(names, "", place);
    if (name == nullptr) name = FirstOf(names, "", false);
    if (name == nullptr && !names.empty()) name = &names.front().text;
    if (name != nullptr) chosen.Set(key.first, key.second, *name);
  }
  return chosen;
}

grpc::Status ReadAliases(Client& client, const std::string& entity, uint64_t until,
                         const std::function<void(const v1::RecordedEvent&)>& visit) {
  v1::ReadEventsRequest request;
  request.mutable_filter()->add_event_types(v1::EVENT_TYPE_ALIAS_CHANGE);
  if (!entity.empty()) request.mutable_filter()->add_subject_patterns("alias." + entity);
  grpc::ClientContext context;
  client.SetDeadline(context);
  const auto stream = client.log().ReadEvents(&context, request);
  v1::ReadEventsResponse response;
  while (stream->Read(&response)) {
    for (const v1::RecordedEvent& event : response.events()) {
      if (event.position() <= until) visit(event);
    }
  }
  return stream->Finish();
}

}  // namespace chipline::cli
