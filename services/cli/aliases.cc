#include "services/cli/aliases.h"

#include <algorithm>

#include "absl/strings/match.h"

#include "services/values/fold_key.h"

namespace chipline::cli {
namespace {

// "CN" and "UAE" are codes.
constexpr size_t kCodeBytes = 3;

bool IsIn(std::string_view language, std::string_view wanted) {
  if (language.empty() || wanted.empty()) return language.empty() && wanted.empty();
  return absl::EqualsIgnoreCase({language.data(), language.size()}, {wanted.data(), wanted.size()});
}

// "zh" of "zh-Hans".
std::string_view Primary(std::string_view language) {
  return language.substr(0, language.find('-'));
}

const std::string* FirstOf(const std::vector<Aliases::Name>& names, std::string_view language,
                           bool no_codes) {
  const auto first = [&](auto speaks) {
    return std::find_if(names.begin(), names.end(), [&](const Aliases::Name& name) {
      return speaks(name.language) && (!no_codes || name.text.size() > kCodeBytes);
    });
  };
  auto found = first([&](std::string_view spoken) { return IsIn(spoken, language); });
  if (found == names.end() && !language.empty()) {
    found =
        first([&](std::string_view spoken) { return IsIn(Primary(spoken), Primary(language)); });
  }
  return found == names.end() ? nullptr : &found->text;
}

}  // namespace

void Aliases::Apply(const v1::AliasChange& change) {
  std::vector<Name>& names = by_entity_[{change.kind(), change.entity()}];
  if (change.change() == v1::ALIAS_OPERATION_ADD) {
    std::erase_if(names, [&](const Name& name) { return name.text == change.alias(); });
    names.push_back({change.alias(), change.language()});
    return;
  }
  // As the server compares them: however it is written, the name is gone.
  const std::string key = FoldKey(change.alias());
  std::erase_if(names, [&](const Name& name) { return FoldKey(name.text) == key; });
}

std::string Aliases::NameOf(v1::EntityKind kind, const std::string& id,
                            std::string_view language) const {
  const auto found = by_entity_.find({kind, id});
  if (found == by_entity_.end() || found->second.empty()) return "";
  const std::vector<Name>& names = found->second;
  const bool place = kind == v1::ENTITY_KIND_PLACE;
  const std::string* name = FirstOf(names, language, place);
  if (name == nullptr) name = FirstOf(names, "", place);
  if (name == nullptr) name = FirstOf(names, "", false);
  return name == nullptr ? names.front().text : *name;
}

grpc::Status ReadAliases(Client& client, const std::vector<std::string>& entities, uint64_t until,
                         const std::function<bool(const v1::RecordedEvent&)>& visit) {
  v1::ReadEventsRequest request;
  request.mutable_filter()->add_event_types(v1::EVENT_TYPE_ALIAS_CHANGE);
  for (const std::string& entity : entities) {
    request.mutable_filter()->add_subject_patterns("alias." + entity);
  }
  grpc::ClientContext context;
  client.SetDeadline(context);
  const auto stream = client.log().ReadEvents(&context, request);
  v1::ReadEventsResponse response;
  bool enough = false;
  while (!enough && stream->Read(&response)) {
    for (const v1::RecordedEvent& event : response.events()) {
      enough = event.position() > until || !visit(event);
      if (enough) break;
    }
  }
  if (enough) context.TryCancel();
  const grpc::Status status = stream->Finish();
  return enough ? grpc::Status::OK : status;
}

}  // namespace chipline::cli
