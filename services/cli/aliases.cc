#include "services/cli/aliases.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

#include "services/rpc/status.h"
#include "services/values/fold_key.h"
#include "services/words/enum_words.h"

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

bool IsId(std::string_view text) {
  return text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
         });
}

// The id of the entity that has the name, by fold key.
std::string IdOf(const Aliases& aliases, v1::EntityKind kind, const std::string& name) {
  const std::string wanted = FoldKey(name);
  for (const auto& [key, names] : aliases.by_entity()) {
    if (key.first != kind) continue;
    if (std::any_of(names.begin(), names.end(),
                    [&](const Aliases::Name& each) { return FoldKey(each.text) == wanted; })) {
      return key.second;
    }
  }
  return "";
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

absl::Status ToIds(Client& client, FilterFlags& flags) {
  const std::array<std::pair<std::vector<std::string>*, v1::EntityKind>, 3> lists = {
      {{&flags.companies, v1::ENTITY_KIND_COMPANY},
       {&flags.chips, v1::ENTITY_KIND_CHIP},
       {&flags.jurisdictions, v1::ENTITY_KIND_PLACE}}};
  const bool only_ids = std::all_of(lists.begin(), lists.end(), [](const auto& list) {
    return std::all_of(list.first->begin(), list.first->end(), IsId);
  });
  if (only_ids) return absl::OkStatus();
  Aliases aliases;
  const grpc::Status status = ReadAliases(
      client, "", std::numeric_limits<uint64_t>::max(),
      [&aliases](const v1::RecordedEvent& event) { aliases.Apply(event.event().alias_change()); });
  if (!status.ok()) return FromGrpcStatus(status);
  for (const auto& [names, kind] : lists) {
    for (std::string& name : *names) {
      if (IsId(name)) continue;
      const std::string id = IdOf(aliases, kind, name);
      if (id.empty()) {
        return absl::InvalidArgumentError(fmt::format(
            "{} is no {} that the log knows; `chipline names` shows the ids and their names", name,
            EnumWords(kind)));
      }
      name = id;
    }
  }
  return absl::OkStatus();
}

}  // namespace chipline::cli
