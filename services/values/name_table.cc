#include "services/values/name_table.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "fmt/format.h"
#include "services/values/fold_key.h"
#include "services/values/subject_token.h"
#include "storage/check.h"
#include "storage/status_macros.h"

namespace chipline {
namespace {

// The last entry of a history at or before a position; null if there is none.
template <typename Entry>
const Entry* LastAt(const std::vector<Entry>& history, uint64_t at) {
  const auto after =
      std::upper_bound(history.begin(), history.end(), at,
                       [](uint64_t position, const Entry& e) { return position < e.position; });
  return after == history.begin() ? nullptr : &*std::prev(after);
}

}  // namespace

const NameTable::Step* NameTable::AliasAt(const KindNames& names, std::string_view fold_key,
                                          uint64_t at) {
  const std::vector<Step>* history = names.keys.Find(fold_key);
  if (history == nullptr) return nullptr;
  const Step* step = LastAt(*history, at);
  return step == nullptr || step->entity.empty() ? nullptr : step;
}

bool NameTable::Exists(const Entity& entity, uint64_t at) {
  const Standing* standing = LastAt(entity.standing, at);
  return standing != nullptr && standing->aliases > 0;
}

const NameTable::KindNames* NameTable::Of(v1::EntityKind kind) const {
  if (kind == v1::ENTITY_KIND_UNSPECIFIED || !v1::EntityKind_IsValid(kind)) return nullptr;
  return &kinds_[static_cast<size_t>(kind)];
}

absl::Status NameTable::Check(uint64_t position, const storage::v1::NameChange& change) const {
  CHECK(learned_.empty() || position >= learned_.back().position);
  const KindNames* names = v1::EntityKind_IsValid(change.kind())
                               ? Of(static_cast<v1::EntityKind>(change.kind()))
                               : nullptr;
  if (names == nullptr) {
    return absl::InvalidArgumentError(fmt::format("{} is no kind of entity", change.kind()));
  }
  if (!IsEntityId(change.entity())) {
    return absl::InvalidArgumentError("the entity must be 1 to 64 of a-z, 0-9 and -");
  }
  if (change.fold_key().empty()) {
    return absl::InvalidArgumentError("the alias has no letter, digit or sign to know it by");
  }
  const Step* alias = AliasAt(*names, change.fold_key(), kHead);
  if (change.remove()) {
    if (alias != nullptr && alias->entity == change.entity()) return absl::OkStatus();
    return absl::NotFoundError(
        fmt::format("\"{}\" is not an alias of {}", change.fold_key(), change.entity()));
  }
  if (alias != nullptr && alias->entity != change.entity()) {
    return absl::AlreadyExistsError(fmt::format("\"{}\" is an alias of {} since position {}",
                                                change.fold_key(), alias->entity, alias->position));
  }
  return absl::OkStatus();
}

absl::Status NameTable::Learn(uint64_t position, const storage::v1::NameChange& change) {
  RETURN_IF_ERROR(Check(position, change));
  KindNames& names = kinds_[static_cast<size_t>(change.kind())];
  if (!change.remove() && AliasAt(names, change.fold_key(), kHead) != nullptr) {
    return absl::OkStatus();
  }
  Entity& entity = names.entities.Get(change.entity());
  if (entity.standing.empty()) {
    std::vector<std::string>& same = names.ids.Get(FoldKey(change.entity()));
    same.insert(std::lower_bound(same.begin(), same.end(), change.entity()), change.entity());
  }
  const size_t before = entity.standing.empty() ? 0 : entity.standing.back().aliases;
  entity.standing.push_back({position, change.remove() ? before - 1 : before + 1});
  if (!change.remove()) ++entity.additions[change.fold_key()];
  names.keys.Get(change.fold_key()).push_back({position, change.remove() ? "" : change.entity()});
  learned_.push_back({position, static_cast<size_t>(change.kind()), change.fold_key(),
                      change.entity(), change.remove()});
  return absl::OkStatus();
}

void NameTable::Forget(uint64_t from_position) {
  while (!learned_.empty() && learned_.back().position >= from_position) {
    const Change last = learned_.back();
    learned_.pop_back();
    Undo(last);
  }
}

// The mirror of Learn; only ever of the last change, so what it added is at the end of each
// history.
void NameTable::Undo(const Change& change) {
  KindNames& names = kinds_[change.kind];
  std::vector<Step>& steps = names.keys.Get(change.fold_key);
  steps.pop_back();
  if (steps.empty()) names.keys.Erase(change.fold_key);

  Entity& entity = names.entities.Get(change.entity);
  entity.standing.pop_back();
  if (!change.remove) {
    const auto added = entity.additions.find(change.fold_key);
    if (--added->second == 0) entity.additions.erase(added);
  }
  if (!entity.standing.empty()) return;
  names.entities.Erase(change.entity);
  const std::string id_key = FoldKey(change.entity);
  std::vector<std::string>& same = names.ids.Get(id_key);
  same.erase(std::find(same.begin(), same.end(), change.entity));
  if (same.empty()) names.ids.Erase(id_key);
}

std::optional<std::string> NameTable::Resolve(v1::EntityKind kind, std::string_view fold_key,
                                              uint64_t at_position) const {
  const KindNames* names = Of(kind);
  if (names == nullptr || names->entities.empty() || fold_key.empty()) return std::nullopt;
  if (const Step* alias = AliasAt(*names, fold_key, at_position)) return alias->entity;

  const std::vector<std::string>* same = names->ids.Find(fold_key);
  if (same == nullptr) return std::nullopt;
  const std::string* first = nullptr;
  for (const std::string& id : *same) {
    if (!Exists(*names->entities.Find(id), at_position)) continue;
    if (id == fold_key) return id;
    if (first == nullptr) first = &id;
  }
  return first == nullptr ? std::nullopt : std::make_optional(*first);
}

std::vector<NameTable::Alias> NameTable::AliasesOf(v1::EntityKind kind, std::string_view entity,
                                                   uint64_t at_position) const {
  std::vector<Alias> aliases;
  const KindNames* names = Of(kind);
  if (names == nullptr) return aliases;
  const Entity* known = names->entities.Find(entity);
  if (known == nullptr) return aliases;
  for (const auto& [key, times] : known->additions) {
    const Step* alias = AliasAt(*names, key, at_position);
    if (alias != nullptr && alias->entity == entity) aliases.push_back({key, alias->position});
  }
  return aliases;
}

std::vector<std::string> NameTable::KeysEverOf(v1::EntityKind kind, std::string_view entity) const {
  std::vector<std::string> keys;
  const KindNames* names = Of(kind);
  if (names == nullptr) return keys;
  const Entity* known = names->entities.Find(entity);
  if (known == nullptr) return keys;
  for (const auto& [key, times] : known->additions) keys.push_back(key);
  std::string own = FoldKey(entity);
  const auto place = std::lower_bound(keys.begin(), keys.end(), own);
  if (place == keys.end() || *place != own) keys.insert(place, std::move(own));
  return keys;
}

std::vector<std::string> NameTable::Entities(v1::EntityKind kind, uint64_t at_position) const {
  std::vector<std::string> ids;
  const KindNames* names = Of(kind);
  if (names == nullptr) return ids;
  names->entities.ForEach([&](const std::string& id, const Entity& entity) {
    if (Exists(entity, at_position)) ids.push_back(id);
  });
  std::sort(ids.begin(), ids.end());
  return ids;
}

std::string EntityToken(const NameTable& names, v1::EntityKind kind, std::string_view fold_key,
                        std::string_view id, uint64_t at_position) {
  if (!id.empty()) return std::string(id);
  if (auto entity = names.Resolve(kind, fold_key, at_position)) return *std::move(entity);
  return SubjectToken(fold_key);
}

storage::v1::NameChange NameChangeOf(const v1::AliasChange& alias, FoldKeys& fold_keys) {
  storage::v1::NameChange change;
  change.set_kind(alias.kind());
  change.set_fold_key(fold_keys.Of(alias.alias()));
  change.set_entity(alias.entity());
  change.set_remove(alias.change() == v1::ALIAS_OPERATION_REMOVE);
  return change;
}

}  // namespace chipline
