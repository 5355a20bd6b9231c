#include "services/timeline/folds/claim.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "services/kinds/event_kind.h"
#include "services/values/edtf.h"
#include "services/values/fold_key.h"
#include "services/values/sha256.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

// Of longer ones the digest is kept.
constexpr size_t kMaxStatementBytes = 256;

// The last day it can be, as the server computed it, or from the expression.
std::optional<CivilDay> Latest(const pb::Date& date) {
  if (!date.latest().empty()) {
    const auto day = CivilDay::Parse(date.latest());
    if (day.ok()) return *day;
  }
  const auto bounds = ParseDate(date.edtf());
  return bounds.ok() ? bounds->latest : std::nullopt;
}

bool IsConcerned(const std::string& id, const pb::Event& event, const NamesAt& names) {
  if (id.empty()) return false;
  return kinds::KindOf(event).AnyConcerned(event, [&](const pb::Ref& ref) {
    return ref.id().empty() ? names.Company(ref) == id : ref.id() == id;
  });
}

bool IsNamed(const pb::Ref& name) { return !name.id().empty() || !name.mention().empty(); }

bool IsKnown(const pb::Ref& name, const NamesAt& names) {
  return !name.id().empty() ||
         names.table.Resolve(pb::ENTITY_KIND_COMPANY, FoldKey(name.mention()), names.position)
             .has_value();
}

// Sets who speaks, from its origin and its root.
void SetSpeaker(const NamesAt& names, Claim* claim) {
  const pb::Event& event = claim->event.event();
  const pb::Ref& name = event.source().origin().name();
  const pb::OriginKind origin = claim->origin;
  const bool filing = origin == pb::ORIGIN_KIND_FILING;
  const bool root_concerned = IsConcerned(claim->root, event, names);
  claim->speaker = IsNamed(name) ? names.Company(name) : claim->root;
  const bool quoted = filing || origin == pb::ORIGIN_KIND_NAMED;
  if (quoted && root_concerned && claim->speaker != claim->root && !IsKnown(name, names)) {
    claim->speaker = claim->root;
  }
  const bool concerned =
      (filing && root_concerned) ||
      (claim->speaker == claim->root ? root_concerned : IsConcerned(claim->speaker, event, names));
  const bool of_others = origin == pb::ORIGIN_KIND_UNNAMED || origin == pb::ORIGIN_KIND_ANALYST;
  const bool official = origin == pb::ORIGIN_KIND_OFFICIAL;
  if ((concerned && !of_others) || (official && event.has_export_rule_change())) {
    claim->voice = Voice::kConcerned;
  } else if (filing || official) {
    claim->voice = Voice::kFiling;
  } else {
    claim->voice = origin == pb::ORIGIN_KIND_NAMED ? Voice::kNamed : Voice::kOther;
  }
}

struct Publication {
  CivilDay day;
  bool of_root = false;
};

Publication PublicationOf(const pb::RecordedEvent& event) {
  if (event.event().has_export_rule_change()) {
    const auto announced = Latest(event.event().export_rule_change().announced());
    if (announced) return {*announced, true};
  }
  const auto& hops = event.event().source().hops();
  for (int i = hops.size() - 1; i >= 0; --i) {
    const auto day = Latest(hops[i].published());
    if (!day) continue;
    const bool of_root = i == hops.size() - 1 && hops[i].relation() == pb::HOP_RELATION_PRIMARY;
    return {*day, of_root};
  }
  return {CivilDay::FromTimestamp(event.record_time()), false};
}

}  // namespace

Claim MakeClaim(pb::RecordedEvent recorded, bool own, const NamesAt& names) {
  Claim claim;
  claim.event = std::move(recorded);
  claim.own = own;
  const pb::RecordedEvent& event = claim.event;
  const pb::Source& source = event.event().source();
  claim.publishers.reserve(static_cast<size_t>(source.hops_size()));
  for (const pb::Hop& hop : source.hops()) {
    claim.publishers.push_back(names.Company(hop.publisher()));
  }
  if (!claim.publishers.empty()) {
    claim.publisher = claim.publishers.front();
    const bool primary = source.hops().rbegin()->relation() == pb::HOP_RELATION_PRIMARY;
    if (primary) claim.root = claim.publishers.back();
  }
  std::sort(claim.publishers.begin(), claim.publishers.end());
  if (source.origin().kind() != pb::ORIGIN_KIND_UNSPECIFIED) claim.origin = source.origin().kind();
  SetSpeaker(names, &claim);
  const Publication publication = PublicationOf(event);
  claim.published = publication.day;
  claim.root_dated = publication.of_root;
  claim.statement = kinds::StatementOf(event.event(), names);
  // It is only compared, and the text would take most of the claim's memory.
  if (claim.statement.size() > kMaxStatementBytes) claim.statement = Sha256Hex(claim.statement);
  claim.cut = KeepShownWords(claim.event.mutable_event());
  return claim;
}

Rows PublishedBy(Rows claims, CivilDay day) {
  claims.erase(std::remove_if(claims.begin(), claims.end(),
                              [day](const Claim& claim) { return claim.published > day; }),
               claims.end());
  return claims;
}

}  // namespace chipline::timeline
