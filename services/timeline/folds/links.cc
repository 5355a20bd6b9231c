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
bool InTime(CivilDay end, const Claim& echo) { return echo.published <= end || !echo.root_dated; }

bool Covers(const Claim& carrier, const Claim& target, const Claim& echo) {
  return InTime(carrier.published, echo) && &echo != &carrier && IsEcho(target, echo);
}

// Rows with one known root and one statement.
struct Repeated {
  // Own claims that end nothing: echoes of any own claim here, and carriers of no end.
  std::vector<size_t> plain;
  std::vector<size_t> others;
};

bool IsPlain(const Claim& row) {
  const auto& links = row.event.event().links();
  return row.own && !row.event.event().has_claim_notice() &&
         std::none_of(links.begin(), links.end(),
                      [](const pb::Link& link) { return Ends(link.relation()); });
}

int Severity(pb::Standing standing) {
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

pb::Standing StandingBy(pb::LinkRelation relation) {
  switch (relation) {
    case pb::LINK_RELATION_SUPERSEDES:
      return pb::STANDING_SUPERSEDED;
    case pb::LINK_RELATION_CORRECTS:
      return pb::STANDING_CORRECTED;
    case pb::LINK_RELATION_RETRACTS:
      return pb::STANDING_RETRACTED;
    default:
      return pb::STANDING_STANDING;
  }
}

// The gravest of several ends, then that of the highest carrier.
struct End {
  pb::Standing standing = pb::STANDING_STANDING;
  size_t carrier = 0;

  friend bool operator<(const End& a, const End& b) {
    return std::make_pair(Severity(a.standing), a.carrier) <
           std::make_pair(Severity(b.standing), b.carrier);
  }
};

class Walk {
 public:
  explicit Walk(const Rows& rows) : rows_(rows), silenced_(rows.size(), false) {
    for (size_t i = 0; i < rows.size(); ++i) {
      by_id_.emplace(rows[i].event_id(), i);
      if (rows[i].root.empty()) continue;
      Repeated& repeated = repeated_[{rows[i].root, rows[i].statement}];
      (IsPlain(rows[i]) ? repeated.plain : repeated.others).push_back(i);
    }
  }

  Effects Run() {
    for (size_t i = rows_.size(); i-- > 0;) {
      if (rows_[i].event.event().links_size() > 0 && !Silenced(i)) Act(i);
    }
    OpenRings();
    Effects effects(rows_.size());
    // By position of the carrier, so that the lists come out sorted.
    std::stable_sort(edges_.begin(), edges_.end(),
                     [](const Edge& a, const Edge& b) { return a.carrier < b.carrier; });
    std::vector<End> ends(rows_.size());
    absl::flat_hash_map<const Repeated*, std::vector<Edge>> of_repeated;
    for (const Edge& edge : edges_) {
      Effect& effect = effects[edge.target];
      const std::string& id = rows_[edge.carrier].event_id();
      if (edge.relation == pb::LINK_RELATION_DENIES) AddOnce(id, &effect.denied_by);
      if (edge.relation == pb::LINK_RELATION_CONFIRMS) AddOnce(id, &effect.confirmed_by);
      if (!Ends(edge.relation)) continue;
      ends[edge.target] = std::max(ends[edge.target], EndBy(edge));
      const Repeated* repeated = RepeatedOf(edge.target);
      if (repeated != nullptr) of_repeated[repeated].push_back(edge);
    }
    for (const auto& [repeated, enders] : of_repeated) EndEchoes(*repeated, enders, &ends);
    for (size_t i = 0; i < rows_.size(); ++i) {
      effects[i].standing = ends[i].standing;
      if (ends[i].standing != pb::STANDING_STANDING) {
        effects[i].ended_by = rows_[ends[i].carrier].event_id();
      }
    }
    return effects;
  }

 private:
  static End EndBy(const Edge& edge) { return {StandingBy(edge.relation), edge.carrier}; }

  const Repeated* RepeatedOf(size_t row) const {
    const auto found = repeated_.find({rows_[row].root, rows_[row].statement});
    return found == repeated_.end() ? nullptr : &found->second;
  }

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
      silenced_[edge.target] = true;
      const Repeated* repeated = RepeatedOf(edge.target);
      if (repeated != nullptr) silencers_[repeated].push_back(edge);
    }
  }

  // Whether a carrier above this one, which has acted already, corrected or retracted the row or
  // what it repeats. Carriers above that end keep what they did.
  bool Silenced(size_t row) const {
    if (silenced_[row]) return true;
    const Repeated* repeated = RepeatedOf(row);
    const auto found = silencers_.find(repeated);
    if (repeated == nullptr || found == silencers_.end()) return false;
    return std::any_of(found->second.begin(), found->second.end(), [&](const Edge& edge) {
      return Covers(rows_[edge.carrier], rows_[edge.target], rows_[row]);
    });
  }

  // What ends a claim ends its echoes. Of the plain ones there may be as many as there are enders:
  // from the last published down, each takes the gravest end of its day or later.
  void EndEchoes(const Repeated& repeated, std::vector<Edge> enders, std::vector<End>* ends) const {
    for (const Edge& edge : enders) {
      for (const size_t echo : repeated.others) {
        if (echo != edge.target && Covers(rows_[edge.carrier], rows_[edge.target], rows_[echo])) {
          (*ends)[echo] = std::max((*ends)[echo], EndBy(edge));
        }
      }
    }
    const auto published = [&](size_t row) { return rows_[row].published; };
    // A row that is here for its links makes no claim to repeat.
    std::erase_if(enders, [&](const Edge& edge) {
      return !rows_[edge.target].own || rows_[edge.target].event.event().has_claim_notice();
    });
    std::sort(enders.begin(), enders.end(), [&](const Edge& a, const Edge& b) {
      return published(a.carrier) > published(b.carrier);
    });
    std::vector<size_t> echoes = repeated.plain;
    std::sort(echoes.begin(), echoes.end(),
              [&](size_t a, size_t b) { return published(a) > published(b); });
    End gravest;
    auto ender = enders.begin();
    for (const size_t echo : echoes) {
      for (; ender != enders.end() && published(ender->carrier) >= published(echo); ++ender) {
        gravest = std::max(gravest, EndBy(*ender));
      }
      if (rows_[echo].root_dated) (*ends)[echo] = std::max((*ends)[echo], gravest);
    }
    for (; ender != enders.end(); ++ender) gravest = std::max(gravest, EndBy(*ender));
    for (const size_t echo : echoes) {
      if (!rows_[echo].root_dated) (*ends)[echo] = std::max((*ends)[echo], gravest);
    }
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

  // For each row the highest row of its ring of SUPERSEDES, which are the rows that reach each
  // other; itself if it is in none. Found by two walks, along the links and against them
  // (S. R. Kosaraju; M. Sharir, 1981).
  std::vector<size_t> Rings() const {
    std::vector<size_t> highest(rows_.size());
    std::iota(highest.begin(), highest.end(), size_t{0});
    const bool upward = std::any_of(edges_.begin(), edges_.end(), [](const Edge& edge) {
      return edge.relation == pb::LINK_RELATION_SUPERSEDES && edge.target > edge.carrier;
    });
    // Without a link to a later position there is no ring.
    if (!upward) return highest;
    Steps to(rows_.size());
    Steps from(rows_.size());
    for (const Edge& edge : edges_) {
      if (edge.relation != pb::LINK_RELATION_SUPERSEDES) continue;
      to[edge.carrier].push_back(edge.target);
      from[edge.target].push_back(edge.carrier);
    }
    std::vector<bool> passed(rows_.size(), false);
    std::vector<size_t> left;
    for (size_t row = 0; row < rows_.size(); ++row) Leave(row, to, &passed, &left);
    passed.assign(rows_.size(), false);
    for (auto row = left.rbegin(); row != left.rend(); ++row) {
      std::vector<size_t> ring;
      Leave(*row, from, &passed, &ring);
      if (ring.empty()) continue;
      const size_t top = *std::max_element(ring.begin(), ring.end());
      for (const size_t each : ring) highest[each] = top;
    }
    return highest;
  }

  // By row, the rows one step on.
  using Steps = std::vector<std::vector<size_t>>;

  // Adds to `left` the rows that can be reached from `start` and are not passed yet, itself
  // included, each after those that are reached from it.
  static void Leave(size_t start, const Steps& steps, std::vector<bool>* passed,
                    std::vector<size_t>* left) {
    if ((*passed)[start]) return;
    (*passed)[start] = true;
    // Rows on the way, and how many steps from each are taken.
    std::vector<std::pair<size_t, size_t>> way = {{start, 0}};
    while (!way.empty()) {
      auto& [row, taken] = way.back();
      if (taken == steps[row].size()) {
        left->push_back(row);
        way.pop_back();
        continue;
      }
      const size_t next = steps[row][taken++];
      if ((*passed)[next]) continue;
      (*passed)[next] = true;
      way.emplace_back(next, 0);
    }
  }

  const Rows& rows_;
  absl::flat_hash_map<std::string_view, size_t> by_id_;
  // Rows with a known root, by root and statement. Not changed once made.
  absl::flat_hash_map<std::pair<std::string_view, std::string_view>, Repeated> repeated_;
  // Targets of what has acted so far and silences, and the same by what these repeat.
  std::vector<bool> silenced_;
  absl::flat_hash_map<const Repeated*, std::vector<Edge>> silencers_;
  std::vector<Edge> edges_;
};

}  // namespace

Effects ResolveLinks(const Rows& rows) {
  const bool linked = std::any_of(rows.begin(), rows.end(), [](const Claim& row) {
    return row.event.event().links_size() > 0;
  });
  return linked ? Walk(rows).Run() : Effects(rows.size());
}

Unlinked::Unlinked(const Rows& rows, const Effects& effects) {
  for (size_t i = 0; i < rows.size(); ++i) {
    for (const pb::Link& link : rows[i].event.event().links()) named_.insert(link.event_id());
    if (effects[i].standing == pb::STANDING_STANDING || rows[i].root.empty()) continue;
    ended_.emplace(rows[i].root, rows[i].statement);
  }
}

bool Unlinked::operator()(const Claim& row) const {
  const pb::Event& event = row.event.event();
  return event.links_size() == 0 && !event.has_claim_notice() && !named_.contains(row.event_id()) &&
         (row.root.empty() || !ended_.contains({row.root, row.statement}));
}

}  // namespace chipline::timeline
