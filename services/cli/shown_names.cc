#include "services/cli/shown_names.h"

#include <memory>
#include <vector>

#include "chipline/v1/event.pb.h"
#include "chipline/v1/timeline.pb.h"
#include "services/cli/entity_fields.h"
#include "services/values/fold_key.h"
#include "services/values/subject_token.h"

namespace chipline::cli {
namespace {

// Names that are read to find what a mention means. Of a log with more, names are read by the ids
// that an answer has alone, and a publisher is called as reports call it.
constexpr size_t kMostNames = 5'000;
// Ids of one request, with the event's type within kMaxFilterValues.
constexpr size_t kMostIds = 60;
// Calls that look for the events that name what no alias names, for each kind.
constexpr int kMostSearches = 4;
constexpr int kSearchedEvents = 100;
// Publishers whose names are looked for in their events, one call each: what is shown of an entry
// has a few dozen at the most.
constexpr size_t kMostPublishers = 64;

// Companies and bodies share their ids, as publishers may be either.
v1::EntityKind Shared(v1::EntityKind kind) {
  return kind == v1::ENTITY_KIND_BODY ? v1::ENTITY_KIND_COMPANY : kind;
}

v1::Filter FilterFor(v1::EntityKind kind, const std::vector<std::string>& ids) {
  v1::Filter filter;
  auto* values = kind == v1::ENTITY_KIND_CHIP    ? filter.mutable_chips()
                 : kind == v1::ENTITY_KIND_PLACE ? filter.mutable_jurisdictions()
                                                 : filter.mutable_companies();
  values->Add(ids.begin(), ids.end());
  return filter;
}

}  // namespace

ShownNames::ShownNames(Client& client, const Console& console, uint64_t until)
    : ShownNames(client, console.language(), until) {}

ShownNames::ShownNames(Client& client, std::string language, uint64_t until)
    : client_(client), language_(std::move(language)), until_(until) {}

std::string ShownNames::Of(v1::EntityKind kind, const std::string& id) const {
  std::string name = aliases_.NameOf(kind, id, language_);
  if (name.empty() && kind == v1::ENTITY_KIND_COMPANY) {
    name = aliases_.NameOf(v1::ENTITY_KIND_BODY, id, language_);
  }
  if (name.empty()) {
    const auto said = mentions_.find({kind, id});
    return said == mentions_.end() ? id : said->second;
  }
  const auto bearers = bearers_.find({kind, name});
  return bearers != bearers_.end() && bearers->second > 1 ? name + " (" + id + ")" : name;
}

std::string ShownNames::IdOf(v1::EntityKind kind, const std::string& mention) const {
  const auto found = by_key_.find({kind, FoldKey(mention)});
  return found == by_key_.end() ? "" : found->second;
}

void ShownNames::Apply(const v1::AliasChange& change) {
  const std::string& id = change.entity();
  const v1::EntityKind kind = Shared(change.kind());
  const std::string before = aliases_.NameOf(change.kind(), id, language_);
  aliases_.Apply(change);
  const std::string after = aliases_.NameOf(change.kind(), id, language_);
  if (before != after) {
    if (!before.empty()) --bearers_[{kind, before}];
    if (!after.empty()) ++bearers_[{kind, after}];
  }
  const std::pair<v1::EntityKind, std::string> key = {kind, FoldKey(change.alias())};
  if (change.change() == v1::ALIAS_OPERATION_ADD) {
    by_key_[key] = id;
  } else if (const auto found = by_key_.find(key); found != by_key_.end() && found->second == id) {
    by_key_.erase(found);
  }
}

void ShownNames::ReadAll() {
  if (read_) return;
  read_ = true;
  std::vector<v1::AliasChange> changes;
  // Without them ids are shown, which is no reason to fail.
  ReadAliases(client_, {}, until_, [&](const v1::RecordedEvent& event) {
    cut_ = changes.size() == kMostNames;
    if (!cut_) changes.push_back(event.event().alias_change());
    return !cut_;
  }).ok();
  // A part would tell names that were taken away later.
  if (cut_) return;
  for (const v1::AliasChange& change : changes) Apply(change);
}

void ShownNames::ReadNamed(const std::set<Entity>& entities) {
  std::vector<std::string> ids;
  const auto read = [&] {
    if (ids.empty()) return;
    ReadAliases(client_, ids, until_, [&](const v1::RecordedEvent& event) {
      Apply(event.event().alias_change());
      return true;
    }).ok();
    ids.clear();
  };
  for (const auto& [kind, id] : entities) {
    ids.push_back(id);
    if (ids.size() == kMostIds) read();
  }
  read();
}

void ShownNames::KeepMentions(const google::protobuf::Message& message) {
  VisitEntities(message, [&](v1::EntityKind kind, const v1::Ref& ref) {
    if (ref.mention().empty()) return;
    const std::string key = FoldKey(ref.mention());
    const std::string id = ref.id().empty() && !key.empty() ? SubjectToken(key) : ref.id();
    if (!id.empty()) mentions_.try_emplace({kind, id}, ref.mention());
  });
}

void ShownNames::ReadMentions(v1::EntityKind kind, std::set<Entity> entities) {
  for (int search = 0; search < kMostSearches; ++search) {
    std::vector<std::string> ids;
    for (const auto& [of_kind, id] : entities) {
      const bool sought = of_kind == kind && !mentions_.contains({kind, id});
      if (sought && ids.size() < kMostIds) ids.push_back(id);
    }
    if (ids.empty()) return;
    v1::ListEventsRequest request;
    *request.mutable_filter() = FilterFor(kind, ids);
    request.set_page_size(kSearchedEvents);
    grpc::ClientContext context;
    client_.SetDeadline(context);
    v1::ListEventsResponse response;
    if (!client_.log().ListEvents(&context, request, &response).ok()) return;
    const size_t before = mentions_.size();
    for (const v1::RecordedEvent& event : response.events()) KeepMentions(event);
    if (mentions_.size() == before) return;
  }
}

void ShownNames::ReadMentionsAt(uint64_t position) {
  v1::ListEventsRequest request;
  request.set_after_position(position - 1);
  request.set_page_size(1);
  grpc::ClientContext context;
  client_.SetDeadline(context);
  v1::ListEventsResponse response;
  if (!client_.log().ListEvents(&context, request, &response).ok()) return;
  for (const v1::RecordedEvent& event : response.events()) KeepMentions(event);
}

void ShownNames::Read(const std::set<Entity>& entities,
                      const std::map<std::string, uint64_t>& positions) {
  const auto unnamed = [&] {
    std::set<Entity> left;
    for (const Entity& entity : entities) {
      const bool known = Of(entity.first, entity.second) != entity.second ||
                         mentions_.contains(entity) || asked_.contains(entity);
      // A code such as "h20" may well be its own name.
      const bool aliased = aliases_.by_entity().contains(entity);
      if (!known && !aliased) left.insert(entity);
    }
    return left;
  };
  if (!read_ || cut_) {
    std::set<Entity> fresh;
    for (const Entity& entity : entities) {
      if (!asked_.contains(entity)) fresh.insert(entity);
    }
    ReadNamed(fresh);
  }
  size_t publishers = 0;
  for (const auto& [kind, id] : unnamed()) {
    const auto at = positions.find(id);
    if (kind != v1::ENTITY_KIND_COMPANY || at == positions.end()) continue;
    if (mentions_.contains({kind, id}) || publishers++ >= kMostPublishers) continue;
    ReadMentionsAt(at->second);
  }
  for (const v1::EntityKind kind :
       {v1::ENTITY_KIND_COMPANY, v1::ENTITY_KIND_CHIP, v1::ENTITY_KIND_PLACE}) {
    ReadMentions(kind, unnamed());
  }
  asked_.insert(entities.begin(), entities.end());
}

void ShownNames::PutInto(google::protobuf::Message& message) {
  KeepMentions(message);
  std::set<Entity> entities;
  std::map<std::string, uint64_t> positions;
  // Whether something is called as a report calls it.
  bool mentioned = false;
  EntityWriter note;
  note.listed = [&](v1::EntityKind kind, const std::string& id) { entities.insert({kind, id}); };
  note.id = [&](v1::EntityKind kind, const std::string& id) {
    if (IsEntityId(id)) {
      entities.insert({kind, id});
    } else {
      mentioned = true;
    }
    return id;
  };
  note.ref = [&](v1::EntityKind kind, v1::Ref& ref) {
    if (ref.id().empty()) {
      mentioned = true;
    } else {
      entities.insert({kind, ref.id()});
    }
  };
  note.publisher = [&](const std::string& id, uint64_t position) {
    if (position > 0) positions.try_emplace(id, position);
  };
  WriteEntities(message, note);
  if (mentioned) ReadAll();
  Read(entities, positions);
  EntityWriter write;
  write.id = [&](v1::EntityKind kind, const std::string& id) {
    if (IsEntityId(id)) return Of(kind, id);
    // The origin of a claim is what the report calls it.
    const std::string meant = IdOf(kind, id);
    return meant.empty() ? id : Of(kind, meant);
  };
  write.ref = [&](v1::EntityKind kind, v1::Ref& ref) {
    const std::string id = ref.id().empty() ? IdOf(kind, ref.mention()) : ref.id();
    if (!id.empty()) ref.set_mention(Of(kind, id));
  };
  WriteEntities(message, write);
}

}  // namespace chipline::cli
