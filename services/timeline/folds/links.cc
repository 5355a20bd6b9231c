#include "services/timeline/folds/links.h"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <string_view>
#include <utility>

#include "absl/container/flat_hash_map.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

// A link that acts, by indices of rows.
struct Edge {
  size_t carrier;
  size_t target;
  pb::LinkRelation relation;
};

// SUPERSEDES, CORRECTS and RETRACTS end a claim; the other two are opinions on it.
bool Ends(pb::LinkRelation relation) {
  return relation == pb::LINK_RELATION_SUPERSEDES || relation == pb::LINK_RELATION_CORRECTS ||
         relation == pb::LINK_RELATION_RETRACTS;
}

// A corrected or retracted carrier says nothing any more; a superseded one did say it.
bool Silences(pb::LinkRelation relation) {
  return relation == pb::LINK_RELATION_CORRECTS || relation == pb::LINK_RELATION_RETRACTS;
}

bool MayEnd(const Claim& carrier, const Claim& target) {
  const bool same_root = !carrier.root.empty() && carrier.root == target.root;
  return same_root || carrier.origin == pb::ORIGIN_KIND_OFFICIAL ||
         carrier.origin == pb::ORIGIN_KIND_FILING;
}

bool CarriesLink(const pb::Event& event, const pb::Link& link) {
  return std::any_of(event.links().begin(), event.links().end(), [&](const pb::Link& other) {
    return other.relation() == link.relation() && other.event_id() == link.event_id();
  });
}

// Whether `echo`, of the same known root and with the same statement, only repeats `claim`, in
// which case what ends the one ends the other. What ends claims of its own accord is a step of its
// own, though it may come back to the same figure.
bool IsEcho(const Claim& claim, const Claim& echo) {
  const bool notices =
      claim.event.event().has_claim_notice() && echo.event.event().has_claim_notice();
  if (!notices && !(claim.own && echo.own)) return false;
  const auto& links = echo.event.event().links();
  return std::all_of(links.begin(), links.end(), [&](const pb::Link& link) {
    return !Ends(link.relation()) || CarriesLink(claim.event.event(), link);
  });
}

// An echo was there before the end if it was published up to it. Of one that does not say when the
// root published, we cannot say that the root did so anew.
bool Covers(const Claim& carrier, const Claim& target, const Claim& echo) {
  if (echo.published > carrier.published && echo.root_dated) return false;
  return &echo != &carrier && IsEcho(target, echo);
}

class Walk {
 public:
  explicit Walk(const std::vector<Claim>& rows) : rows_(rows), silenced_(rows.size(), false) {
    for (size_t i = 0; i < rows.size(); ++i) {
      by_id_.emplace(rows[i].event_id(), i);
      if (!rows[i].root.empty()) echoes_[{rows[i].root, rows[i].statement}].push_back(i);
    }
  }

  std::vector<Effect> Run() {
    for (size_t i = rows_.size(); i-- > 0;) {
      if (!silenced_[i]) Act(i);
    }
    OpenRings();
    std::vector<Effect> effects(rows_.size());
    // By position of the carrier, so that the lists come out sorted and the latest ender wins.
    std::stable_sort(edges_.begin(), edges_.end(),
                     [](const Edge& a, const Edge& b) { return a.carrier < b.carrier; });
    for (const Edge& edge : edges_) {
      for (const size_t target : Targets(edge)) Apply(edge, &effects[target]);
    }
    return effects;
  }

 private:
  void Act(size_t carrier) {
    for (const pb::Link& link : rows_[carrier].event.event().links()) {
      const auto found = by_id_.find(link.event_id());
      if (found == by_id_.end() || found->second == carrier) continue;
      Edge edge{carrier, found->second, link.relation()};
      if (Ends(edge.relation) && !MayEnd(rows_[carrier], rows_[edge.target])) {
        edge.relation = pb::LINK_RELATION_DENIES;
      }
      edges_.push_back(edge);
      if (!Silences(edge.relation)) continue;
      // Carriers above this one have acted already, and keep what they did.
      for (const size_t target : Targets(edge)) silenced_[target] = true;
    }
  }

  // The target, and for what ends it its echoes.
  std::vector<size_t> Targets(const Edge& edge) const {
    std::vector<size_t> targets = {edge.target};
    if (!Ends(edge.relation)) return targets;
    const Claim& target = rows_[edge.target];
    const auto same = echoes_.find({target.root, target.statement});
    if (same == echoes_.end()) return targets;
    for (const size_t i : same->second) {
      if (i != edge.target && Covers(rows_[edge.carrier], target, rows_[i])) targets.push_back(i);
    }
    return targets;
  }

  static int Severity(pb::Standing standing) {
    switch (standing) {
      case pb::STANDING_RETRACTED:
        return 3;
      case pb::STANDING_CORRECTED:
        return 2;
      case pb::STANDING_SUPERSEDED:
        return 1;
      default:
        return 0;
    }
  }

  void Apply(const Edge& edge, Effect* effect) const {
    const std::string& id = rows_[edge.carrier].event_id();
    pb::Standing standing = pb::STANDING_STANDING;
    switch (edge.relation) {
      case pb::LINK_RELATION_DENIES:
        AddOnce(id, &effect->denied_by);
        return;
      case pb::LINK_RELATION_CONFIRMS:
        AddOnce(id, &effect->confirmed_by);
        return;
      case pb::LINK_RELATION_SUPERSEDES:
        standing = pb::STANDING_SUPERSEDED;
        break;
      case pb::LINK_RELATION_CORRECTS:
        standing = pb::STANDING_CORRECTED;
        break;
      case pb::LINK_RELATION_RETRACTS:
        standing = pb::STANDING_RETRACTED;
        break;
      default:
        return;
    }
    if (Severity(standing) < Severity(effect->standing)) return;
    effect->standing = standing;
    effect->ended_by = id;
  }

  static void AddOnce(const std::string& id, std::vector<std::string>* ids) {
    if (ids->empty() || ids->back() != id) ids->push_back(id);
  }

  // In each ring of SUPERSEDES drops the links to its highest position, which so stands.
  void OpenRings() {
    const std::vector<size_t> ring = Rings();
    edges_.erase(std::remove_if(edges_.begin(), edges_.end(),
                                [&](const Edge& edge) {
                                  return edge.relation == pb::LINK_RELATION_SUPERSEDES &&
                                         ring[edge.carrier] == ring[edge.target] &&
                                         ring[edge.target] == edge.target;
                                }),
                 edges_.end());
  }

  // For each row the highest row of its ring of SUPERSEDES; itself if it is in none. From the
  // highest row down, each takes what it reaches and is reached from.
  std::vector<size_t> Rings() const {
    std::vector<std::vector<size_t>> to(rows_.size());
    std::vector<std::vector<size_t>> from(rows_.size());
    std::vector<size_t> highest(rows_.size());
    std::iota(highest.begin(), highest.end(), size_t{0});
    bool upward = false;
    for (const Edge& edge : edges_) {
      if (edge.relation != pb::LINK_RELATION_SUPERSEDES) continue;
      to[edge.carrier].push_back(edge.target);
      from[edge.target].push_back(edge.carrier);
      upward = upward || edge.target > edge.carrier;
    }
    // Without a link to a later position there is no ring.
    if (!upward) return highest;
    std::vector<bool> placed(rows_.size(), false);
    for (size_t i = rows_.size(); i-- > 0;) {
      if (placed[i]) continue;
      if (to[i].empty() || from[i].empty()) continue;
      const std::vector<bool> reached = Reach(i, to);
      const std::vector<bool> reaching = Reach(i, from);
      for (size_t j = 0; j < i; ++j) {
        if (!placed[j] && reached[j] && reaching[j]) {
          highest[j] = i;
          placed[j] = true;
        }
      }
    }
    return highest;
  }

  static std::vector<bool> Reach(size_t start, const std::vector<std::vector<size_t>>& steps) {
    std::vector<bool> reached(steps.size(), false);
    std::vector<size_t> open = {start};
    while (!open.empty()) {
      const size_t at = open.back();
      open.pop_back();
      for (const size_t next : steps[at]) {
        if (reached[next]) continue;
        reached[next] = true;
        open.push_back(next);
      }
    }
    return reached;
  }

  const std::vector<Claim>& rows_;
  absl::flat_hash_map<std::string_view, size_t> by_id_;
  // Rows with a known root, by root and statement.
  absl::flat_hash_map<std::pair<std::string_view, std::string_view>, std::vector<size_t>> echoes_;
  std::vector<bool> silenced_;
  std::vector<Edge> edges_;
};

}  // namespace

std::vector<Effect> ResolveLinks(const std::vector<Claim>& rows) {
  const bool linked = std::any_of(rows.begin(), rows.end(), [](const Claim& row) {
    return row.event.event().links_size() > 0;
  });
  return linked ? Walk(rows).Run() : std::vector<Effect>(rows.size());
}

}  // namespace chipline::timeline
