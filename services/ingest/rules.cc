#include "services/ingest/rules.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/strings/string_view.h"

#include "chipline/v1/event.pb.h"
#include "fmt/format.h"
#include "services/kinds/naming.h"
#include "services/values/subject_token.h"
#include "storage/error.h"
#include "storage/status_macros.h"

namespace chipline::ingest {
namespace {

constexpr size_t kMaxCachedTokens = 4096;

std::string Text(absl::string_view view) { return std::string(view.data(), view.size()); }

// A command may come from another node, so it is looked at before anything is taken from it.
bool IsWellFormed(const storage::v1::Naming& naming) {
  if (naming.subject().empty()) return false;
  for (const auto& token : naming.subject()) {
    if (token.literal().empty() == token.mentions().empty()) return false;
    for (const uint32_t mention : token.mentions()) {
      if (mention >= static_cast<uint32_t>(naming.mentions_size())) return false;
    }
  }
  return std::all_of(naming.mentions().begin(), naming.mentions().end(), [](const auto& mention) {
    return !kinds::EntityPrefix(static_cast<v1::EntityKind>(mention.kind())).empty() &&
           (!mention.fold_key().empty() || !mention.id().empty());
  });
}

absl::Status NamingError(const storage::v1::SealedEvent& event) {
  return Error(absl::StatusCode::kFailedPrecondition, "NAMING_INVALID",
               fmt::format("event {} came with names that make no subject", event.event_id()),
               {{"event_id", event.event_id()}});
}

// What NameTable says, as the answer to a client.
absl::Status AliasError(const absl::Status& why, const storage::v1::SealedEvent& event) {
  const bool taken = absl::IsAlreadyExists(why);
  const auto& change = event.naming().name_change();
  return Error(
      taken ? absl::StatusCode::kAlreadyExists : absl::StatusCode::kFailedPrecondition,
      taken                   ? "ALIAS_TAKEN"
      : absl::IsNotFound(why) ? "ALIAS_NOT_FOUND"
                              : "NAMING_INVALID",
      fmt::format("event {}: {}", event.event_id(), Text(why.message())),
      {{"event_id", event.event_id()}, {"entity", change.entity()}, {"alias", change.fold_key()}});
}

}  // namespace

absl::StatusOr<storage::EventName> NamingRules::Admit(const storage::v1::SealedEvent& event,
                                                      storage::Position position) {
  const storage::v1::Naming& naming = event.naming();
  if (!IsWellFormed(naming)) return NamingError(event);

  if (naming.has_name_change()) {
    const absl::Status status = names_.Learn(position, naming.name_change());
    if (!status.ok()) return AliasError(status, event);
  }

  const std::vector<std::string> tokens = Resolve(naming);
  storage::EventName name;
  for (const auto& part : naming.subject()) {
    if (!name.subject.empty()) name.subject.push_back('.');
    if (!part.literal().empty()) {
      name.subject.append(part.literal());
    } else if (part.mentions_size() == 1) {
      name.subject.append(tokens[part.mentions(0)]);
    } else {
      std::vector<std::string> members;
      for (const uint32_t mention : part.mentions()) members.push_back(tokens[mention]);
      name.subject.append(JoinTokens(std::move(members)));
    }
  }
  if (!IsSubject(name.subject)) {
    names_.Forget(position);
    return NamingError(event);
  }

  name.entities.reserve(tokens.size());
  for (size_t i = 0; i < tokens.size(); ++i) {
    const auto kind = static_cast<v1::EntityKind>(naming.mentions(static_cast<int>(i)).kind());
    std::string entity(kinds::EntityPrefix(kind));
    entity.push_back('/');
    entity.append(tokens[i]);
    name.entities.push_back(std::move(entity));
  }
  std::sort(name.entities.begin(), name.entities.end());
  name.entities.erase(std::unique(name.entities.begin(), name.entities.end()), name.entities.end());
  return name;
}

void NamingRules::Forget(storage::Position position) { names_.Forget(position); }

std::vector<std::string> NamingRules::Resolve(const storage::v1::Naming& naming) {
  std::vector<std::string> tokens;
  tokens.reserve(static_cast<size_t>(naming.mentions_size()));
  for (const auto& mention : naming.mentions()) {
    if (!mention.id().empty()) {
      tokens.push_back(mention.id());
      continue;
    }
    auto entity = names_.Resolve(static_cast<v1::EntityKind>(mention.kind()), mention.fold_key());
    tokens.push_back(entity ? *std::move(entity) : TokenOf(mention.fold_key()));
  }
  return tokens;
}

const std::string& NamingRules::TokenOf(const std::string& fold_key) {
  if (const auto known = tokens_.find(fold_key); known != tokens_.end()) return known->second;
  if (tokens_.size() >= kMaxCachedTokens) tokens_.clear();
  return tokens_.emplace(fold_key, SubjectToken(fold_key)).first->second;
}

absl::Status NamingRules::Restore(storage::Position position,
                                  const storage::v1::NameChange& change) {
  const absl::Status status = names_.Learn(position, change);
  if (status.ok()) return status;
  return Error(absl::StatusCode::kDataLoss, "NAMES_CONTRADICT",
               fmt::format("the change of a name at position {} contradicts an earlier one: {}",
                           position, Text(status.message())),
               {{"position", std::to_string(position)}});
}

absl::StatusOr<storage::v1::NameChange> NamingRules::NameChangeIn(
    std::string_view recorded_event) const {
  v1::RecordedEvent recorded;
  if (!recorded.ParseFromArray(recorded_event.data(), static_cast<int>(recorded_event.size())) ||
      !recorded.event().has_alias_change()) {
    return Error(absl::StatusCode::kDataLoss, "EVENT_UNREADABLE",
                 fmt::format("the event at position {} is stored as a change of a name and cannot "
                             "be read as one",
                             recorded.position()),
                 {{"position", std::to_string(recorded.position())}});
  }
  FoldKeys fold_keys;
  return NameChangeOf(recorded.event().alias_change(), fold_keys);
}

}  // namespace chipline::ingest
