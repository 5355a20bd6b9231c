#include "services/cli/known_names.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "services/cli/nearest.h"
#include "services/rpc/status.h"
#include "services/values/fold_key.h"
#include "services/values/subject_token.h"
#include "services/words/enum_words.h"

namespace chipline::cli {
namespace {

// Pages without an event after which a search is given up; the server says nothing for sure then.
constexpr int kMostPages = 20;
constexpr int kMostListed = 1000;
constexpr int kMostListedPages = 5;

// The parts of entry ids that are ids of entities: "rule/h20/cn/us/export".
struct Part {
  v1::EntityKind kind;
  std::string_view timeline;
  size_t at;
};
constexpr std::array<Part, 8> kParts = {{{v1::ENTITY_KIND_COMPANY, "capex", 1},
                                         {v1::ENTITY_KIND_COMPANY, "usage", 1},
                                         {v1::ENTITY_KIND_CHIP, "supply", 1},
                                         {v1::ENTITY_KIND_CHIP, "price", 1},
                                         {v1::ENTITY_KIND_PLACE, "price", 4},
                                         {v1::ENTITY_KIND_CHIP, "rule", 1},
                                         {v1::ENTITY_KIND_PLACE, "rule", 2},
                                         {v1::ENTITY_KIND_PLACE, "rule", 3}}};

std::vector<std::string> Split(const std::string& entry_id) {
  std::vector<std::string> parts = {""};
  for (const char c : entry_id) {
    if (c == '/') {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

v1::Filter FilterFor(v1::EntityKind kind, const std::string& id) {
  v1::Filter filter;
  if (kind == v1::ENTITY_KIND_COMPANY) filter.add_companies(id);
  if (kind == v1::ENTITY_KIND_CHIP) filter.add_chips(id);
  if (kind == v1::ENTITY_KIND_PLACE) filter.add_jurisdictions(id);
  return filter;
}

// What stands in events for a name that no alias has.
std::string TokenOf(const std::string& name) {
  const std::string key = FoldKey(name);
  return key.empty() ? "" : SubjectToken(key);
}

// Ids of entries, of the first of them. Without them a suggestion is all that is lost.
std::vector<std::string> ListedIds(Client& client) {
  std::vector<std::string> ids;
  v1::ListTimelinesRequest request;
  request.set_page_size(kMostListed);
  for (int page = 0; page < kMostListedPages; ++page) {
    grpc::ClientContext context;
    client.SetDeadline(context);
    v1::ListTimelinesResponse response;
    if (!client.timelines().ListTimelines(&context, request, &response).ok()) break;
    for (const v1::TimelineListing& listing : response.timelines()) {
      ids.push_back(listing.entry_id());
    }
    if (response.next_page_token().empty()) break;
    request.set_page_token(response.next_page_token());
  }
  return ids;
}

absl::Status Unknown(std::string_view what, const std::string& name, const std::string& nearest) {
  return absl::NotFoundError(
      nearest.empty()
          ? fmt::format("no {} \"{}\" in this log; `chipline names` shows the names there are",
                        what, name)
          : fmt::format("no {} \"{}\" in this log; did you mean {}?", what, name, nearest));
}

}  // namespace

absl::StatusOr<bool> KnownNames::HasEvent(const v1::Filter& filter) {
  v1::ListEventsRequest request;
  *request.mutable_filter() = filter;
  request.set_page_size(1);
  for (int page = 0; page < kMostPages; ++page) {
    grpc::ClientContext context;
    client_.SetDeadline(context);
    v1::ListEventsResponse response;
    const grpc::Status status = client_.log().ListEvents(&context, request, &response);
    if (!status.ok()) return FromGrpcStatus(status);
    if (response.events_size() > 0) return true;
    if (response.next_page_token().empty()) return false;
    request.set_page_token(response.next_page_token());
  }
  return absl::DeadlineExceededError("the log was not read to its end");
}

absl::Status KnownNames::ReadAll() {
  if (aliases_) return absl::OkStatus();
  Aliases aliases;
  const grpc::Status status = ReadAliases(client_, {}, std::numeric_limits<uint64_t>::max(),
                                          [&aliases](const v1::RecordedEvent& event) {
                                            aliases.Apply(event.event().alias_change());
                                            return true;
                                          });
  if (!status.ok()) return FromGrpcStatus(status);
  aliases_ = std::move(aliases);
  return absl::OkStatus();
}

const std::vector<std::string>& KnownNames::Listed() {
  if (!listed_) listed_ = ListedIds(client_);
  return *listed_;
}

const std::string* KnownNames::Named(v1::EntityKind kind, const std::string& name) const {
  const std::string key = FoldKey(name);
  for (const auto& [entity, names] : aliases_->by_entity()) {
    if (kind != v1::ENTITY_KIND_UNSPECIFIED && entity.first != kind) continue;
    const bool named = std::any_of(names.begin(), names.end(), [&](const Aliases::Name& each) {
      return FoldKey(each.text) == key;
    });
    if (named) return &entity.second;
  }
  return nullptr;
}

std::string KnownNames::NearestTo(v1::EntityKind kind, const std::string& name) {
  // By fold key, so that capitals and hyphens count for nothing; and what to show for it.
  std::vector<std::string> keys;
  std::vector<std::string> shown;
  const auto add = [&](const std::string& text, const std::string& words) {
    keys.push_back(FoldKey(text));
    shown.push_back(words);
  };
  for (const auto& [key, names] : aliases_->by_entity()) {
    if (kind != v1::ENTITY_KIND_UNSPECIFIED && key.first != kind) continue;
    add(key.second, key.second);
    for (const Aliases::Name& each : names) {
      add(each.text, fmt::format("{} ({})", key.second, each.text));
    }
  }
  for (const std::string& entry_id : Listed()) {
    const std::vector<std::string> parts = Split(entry_id);
    for (const Part& part : kParts) {
      if (part.kind != kind || parts[0] != part.timeline || part.at >= parts.size()) continue;
      add(parts[part.at], parts[part.at]);
    }
  }
  const std::string nearest = Nearest(FoldKey(name), keys);
  const auto found = std::find(keys.begin(), keys.end(), nearest);
  return nearest.empty() || found == keys.end() ? ""
                                                : shown[static_cast<size_t>(found - keys.begin())];
}

absl::Status KnownNames::Find(v1::EntityKind kind, const std::string& name) {
  const std::string token = TokenOf(name);
  if (!token.empty()) {
    const absl::StatusOr<bool> known = HasEvent(FilterFor(kind, token));
    if (known.ok() && *known) return absl::OkStatus();
  }
  return IdOf(kind, name).status();
}

absl::StatusOr<std::string> KnownNames::IdOf(v1::EntityKind kind, const std::string& name) {
  // Who may not list events may yet read the aliases.
  absl::Status unasked;
  const auto has = [&](const std::string& id) {
    const absl::StatusOr<bool> known = HasEvent(FilterFor(kind, id));
    if (!known.ok()) unasked = known.status();
    return known.ok() && *known;
  };
  if (IsEntityId(name) && has(name)) return name;
  if (const absl::Status status = ReadAll(); !status.ok()) return status;
  if (const std::string* id = Named(kind, name); id != nullptr) return *id;
  const std::string token = TokenOf(name);
  if (!token.empty() && token != name && has(token)) return token;
  if (!unasked.ok()) return unasked;
  for (const auto& [entity, names] : aliases_->by_entity()) {
    if (entity.second != name) continue;
    return absl::NotFoundError(fmt::format("no {} \"{}\" in this log; {} is a {}", EnumWords(kind),
                                           name, name, EnumWords(entity.first)));
  }
  return Unknown(EnumWords(kind), name, NearestTo(kind, name));
}

absl::StatusOr<std::string> KnownNames::EntityOf(const std::string& name) {
  if (const absl::Status status = ReadAll(); !status.ok()) return status;
  if (const std::string* id = Named(v1::ENTITY_KIND_UNSPECIFIED, name); id != nullptr) return *id;
  for (const auto& [entity, names] : aliases_->by_entity()) {
    if (entity.second == name) return name;
  }
  return Unknown("alias", name, NearestTo(v1::ENTITY_KIND_UNSPECIFIED, name));
}

absl::Status KnownNames::FindOrder(const std::string& subject) {
  v1::Filter filter;
  filter.add_subject_patterns(subject);
  const absl::StatusOr<bool> known = HasEvent(filter);
  if (!known.ok()) return known.status();
  if (*known) return absl::OkStatus();
  v1::ListSubjectsRequest request;
  request.set_subject_pattern("order.>");
  request.set_page_size(kMostListed);
  grpc::ClientContext context;
  client_.SetDeadline(context);
  v1::ListSubjectsResponse response;
  std::vector<std::string> orders;
  if (client_.log().ListSubjects(&context, request, &response).ok()) {
    for (const v1::Subject& order : response.subjects()) orders.push_back(order.name());
  }
  const std::string nearest = Nearest(subject, orders);
  return absl::NotFoundError(
      nearest.empty()
          ? fmt::format("no order \"{}\" in this log", subject)
          : fmt::format("no order \"{}\" in this log; did you mean {}?", subject, nearest));
}

absl::Status CheckNames(Client& client, const v1::TimelineQuery& query) {
  KnownNames known(client);
  // The first name that is not there, or what the server says instead of an answer.
  absl::Status first;
  const auto check = [&](v1::EntityKind kind, const std::string& name) {
    if (first.ok() && !name.empty()) first = known.Find(kind, name);
  };
  const v1::ExportRuleQuery& rule = query.export_rule();
  const v1::ChipOrderQuery& order = query.chip_order();
  for (const std::string& company : {query.capex().company(), query.usage().company(),
                                     query.company().company(), rule.buyer(), order.buyer()}) {
    check(v1::ENTITY_KIND_COMPANY, company);
  }
  for (const std::string& chip :
       {query.chip_supply().chip(), query.price().chip(), rule.chip(), order.chip()}) {
    check(v1::ENTITY_KIND_CHIP, chip);
  }
  for (const std::string& place :
       {rule.destination(), rule.jurisdiction(), rule.buyer_seat(), query.price().place()}) {
    check(v1::ENTITY_KIND_PLACE, place);
  }
  if (first.ok() && !order.order().empty()) first = known.FindOrder(order.order());
  return absl::IsNotFound(first) ? first : absl::OkStatus();
}

std::string NearestEntry(Client& client, const std::string& entry_id) {
  return Nearest(entry_id, ListedIds(client));
}

std::string WaitingForWords(const absl::Status& unknown) {
  const std::string words(unknown.message());
  return fmt::format("There is {}{} Waiting for it.", words, words.ends_with('?') ? "" : ".");
}

absl::Status ToIds(Client& client, FilterFlags& flags, absl::Status* unknown) {
  const std::array<std::pair<std::vector<std::string>*, v1::EntityKind>, 3> lists = {
      {{&flags.companies, v1::ENTITY_KIND_COMPANY},
       {&flags.chips, v1::ENTITY_KIND_CHIP},
       {&flags.jurisdictions, v1::ENTITY_KIND_PLACE}}};
  KnownNames known(client);
  for (const auto& [names, kind] : lists) {
    for (std::string& name : *names) {
      absl::StatusOr<std::string> id = known.IdOf(kind, name);
      if (id.ok()) {
        name = *std::move(id);
        continue;
      }
      const bool missing = absl::IsNotFound(id.status());
      // What has the form of an id can be asked for as it is.
      if (IsEntityId(name) && (!missing || unknown != nullptr)) {
        if (missing) *unknown = id.status();
        continue;
      }
      return id.status();
    }
  }
  return absl::OkStatus();
}

}  // namespace chipline::cli
