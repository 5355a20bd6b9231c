#include "services/timeline/folds/links.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>

#include "absl/container/flat_hash_map.h"

#include "services/timeline/folds/link_rings.h"

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

// What an official source says of a rule, no filing ends.
bool MayEnd(const Claim& carrier, const Claim& target) {
  if (!carrier.root.empty() && carrier.root == target.root) return true;
  if (carrier.origin == pb::ORIGIN_KIND_OFFICIAL) return true;
  const bool of_authority =
      target.event.event().has_export_rule_change() && target.origin == pb::ORIGIN_KIND_OFFICIAL;
  return carrier.origin == pb::ORIGIN_KIND_FILING && !of_authority;
}

bool CarriesLink(const pb::Event& event, const pb::Link& link) {
  return std::any_of(event.links().begin(), event.links().end(), [&](const pb::Link& other) {
    return other.relation() == link.relation() && other.event_id() == link.event_id();
  });
}

bool IsNotice(const Claim& row) { return row.event.event().has_claim_notice(); }

// A row that is here for its links makes no claim, so there is nothing in it to repeat.
bool MakesClaim(const Claim& row) { return row.own && !IsNotice(row); }

bool EndsAny(const Claim& row) {
  const auto& links = row.event.event().links();
  return std::any_of(links.begin(), links.end(),
                     [](const pb::Link& link) { return Ends(link.relation()); });
}

// Whether `echo`, of the same known root and with the same statement, carries no end that `claim`
// does not carry, so that what silences the one silences the other.
bool RepeatsLinks(const Claim& claim, const Claim& echo) {
  if (!(IsNotice(claim) && IsNotice(echo)) && !(claim.own && echo.own)) return false;
  const auto& links = echo.event.event().links();
  return std::all_of(links.begin(), links.end(), [&](const pb::Link& link) {
    return !Ends(link.relation()) || CarriesLink(claim.event.event(), link);
  });
}

// An echo was there before the end if it was published up to it. Of one that does not say when the
// root published, we cannot say that the root did so anew.
bool InTime(CivilDay end, const Claim& echo) { return echo.published <= end || !echo.root_dated; }

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

// The gravest end of two different carriers, since a carrier does not end itself.
class Gravest {
 public:
  void Add(const End& end) {
    if (end.carrier == first_.carrier && first_.standing != pb::STANDING_STANDING) {
      first_ = std::max(first_, end);
    } else if (first_ < end) {
      second_ = std::exchange(first_, end);
    } else {
      second_ = std::max(second_, end);
    }
  }
  const End& For(size_t row) const { return first_.carrier == row ? second_ : first_; }

 private:
  End first_;
  End second_;
};

class Walk {
 public:
  explicit Walk(const Rows& rows) : rows_(rows), silenced_(rows.size(), false) {
    for (size_t i = 0; i < rows.size(); ++i) {
      by_id_.emplace(rows[i].event_id(), i);
      if (!rows[i].root.empty()) repeated_[{rows[i].root, rows[i].statement}].push_back(i);
    }
  }

  Effects Run() {
    for (size_t i = rows_.size(); i-- > 0;) {
      if (rows_[i].event.event().links_size() > 0 && !Silenced(i)) Act(i);
    }
    FindEchoes();
    OpenRings();
    Effects effects(rows_.size());
    // By position of the carrier, so that the lists come out sorted.
    std::stable_sort(edges_.begin(), edges_.end(),
                     [](const Edge& a, const Edge& b) { return a.carrier < b.carrier; });
    std::vector<End> ends(rows_.size());
    for (const Edge& edge : edges_) {
      Effect& effect = effects[edge.target];
      const std::string& id = rows_[edge.carrier].event_id();
      if (edge.relation == pb::LINK_RELATION_DENIES) AddOnce(id, &effect.denied_by);
      if (edge.relation == pb::LINK_RELATION_CONFIRMS) AddOnce(id, &effect.confirmed_by);
      if (Ends(edge.relation)) ends[edge.target] = std::max(ends[edge.target], EndBy(edge));
    }
    for (const Echoes& echoes : echoes_) EndEchoes(echoes, &ends);
    for (size_t i = 0; i < rows_.size(); ++i) {
      effects[i].standing = ends[i].standing;
      if (ends[i].standing != pb::STANDING_STANDING) {
        effects[i].ended_by = rows_[ends[i].carrier].event_id();
      }
    }
    return effects;
  }

 private:
  // Rows with one known root and one statement, and the links that end any of them.
  using Repeated = std::vector<size_t>;
  struct Echoes {
    // From the last published down; those of an unknown day, which any end covers, come last.
    std::vector<size_t> rows;
    // From the last published down.
    std::vector<Edge> enders;
  };
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
  // what it repeats, links and all. Carriers above that end keep what they did.
  bool Silenced(size_t row) const {
    if (silenced_[row]) return true;
    const Repeated* repeated = RepeatedOf(row);
    const auto found = silencers_.find(repeated);
    if (repeated == nullptr || found == silencers_.end()) return false;
    return std::any_of(found->second.begin(), found->second.end(), [&](const Edge& edge) {
      return row != edge.carrier && InTime(rows_[edge.carrier].published, rows_[row]) &&
             RepeatsLinks(rows_[edge.target], rows_[row]);
    });
  }

  CivilDay Published(size_t row) const { return rows_[row].published; }
  // The day from which on an end covers the row, if it is an echo; nothing if any end does.
  std::optional<CivilDay> CoveredFrom(size_t row) const {
    return rows_[row].root_dated ? std::optional(rows_[row].published) : std::nullopt;
  }

  // Puts together what repeats a row that some link ends.
  void FindEchoes() {
    absl::flat_hash_map<const Repeated*, std::vector<Edge>> enders;
    for (const Edge& edge : edges_) {
      const Repeated* const repeated = Ends(edge.relation) ? RepeatedOf(edge.target) : nullptr;
      const bool alone = repeated == nullptr || repeated->size() < 2;
      if (!alone && IsRepeatable(edge.target)) enders[repeated].push_back(edge);
    }
    for (auto& [repeated, edges] : enders) {
      Echoes echoes{{}, std::move(edges)};
      for (const size_t row : *repeated) {
        if (IsRepeatable(row)) echoes.rows.push_back(row);
      }
      std::sort(echoes.rows.begin(), echoes.rows.end(),
                [&](size_t a, size_t b) { return CoveredFrom(a) > CoveredFrom(b); });
      std::sort(echoes.enders.begin(), echoes.enders.end(), [&](const Edge& a, const Edge& b) {
        return Published(a.carrier) > Published(b.carrier);
      });
      echoes_.push_back(std::move(echoes));
    }
  }

  // Rows of one statement are all notices, or none is.
  bool IsRepeatable(size_t row) const { return IsNotice(rows_[row]) || MakesClaim(rows_[row]); }

  // What ends a claim ends its echoes. There may be as many of these as there are enders: from the
  // last published down, each takes the gravest end of its day or later.
  void EndEchoes(const Echoes& echoes, std::vector<End>* ends) const {
    Gravest gravest;
    auto ender = echoes.enders.begin();
    for (const size_t echo : echoes.rows) {
      const auto covers = [&](const Edge& edge) {
        return InTime(Published(edge.carrier), rows_[echo]);
      };
      for (; ender != echoes.enders.end() && covers(*ender); ++ender) gravest.Add(EndBy(*ender));
      if (!rings_ || !rings_->IsTop(echo)) {
        (*ends)[echo] = std::max((*ends)[echo], gravest.For(echo));
        continue;
      }
      for (const Edge& edge : echoes.enders) {
        if (!covers(edge)) break;
        if (!rings_->IsTopOver(echo, edge.carrier))
          (*ends)[echo] = std::max((*ends)[echo], EndBy(edge));
      }
    }
  }

  static void AddOnce(const std::string& id, std::vector<std::string>* ids) {
    if (ids->empty() || ids->back() != id) ids->push_back(id);
  }

  // In each ring of SUPERSEDES drops the links to its highest position, which so stands. That a
  // link ends an echo is a step of the ring as well: else a plan that goes back to an older figure
  // would end itself.
  void OpenRings() {
    const bool upward = std::any_of(edges_.begin(), edges_.end(), [](const Edge& edge) {
      return edge.relation == pb::LINK_RELATION_SUPERSEDES && edge.target > edge.carrier;
    });
    const bool through_echo =
        std::any_of(echoes_.begin(), echoes_.end(), [this](const Echoes& echoes) {
          return std::any_of(echoes.rows.begin(), echoes.rows.end(),
                             [this](size_t row) { return EndsAny(rows_[row]); });
        });
    // Else there is no ring.
    if (!upward && !through_echo) return;
    rings_.emplace(StepsOfRings(through_echo), rows_.size());
    std::erase_if(edges_, [&](const Edge& edge) {
      return edge.relation == pb::LINK_RELATION_SUPERSEDES &&
             rings_->IsTopOver(edge.target, edge.carrier);
    });
  }

  // From carriers to what they supersede, and to the echoes that they end. These go over steps of
  // their own, beyond the rows, of which each leads to an echo and to the step of the next one.
  Steps StepsOfRings(bool with_echoes) const {
    Steps steps(rows_.size());
    for (const Edge& edge : edges_) {
      if (edge.relation == pb::LINK_RELATION_SUPERSEDES) steps[edge.carrier].push_back(edge.target);
    }
    if (!with_echoes) return steps;
    for (const Echoes& echoes : echoes_) {
      const size_t first = steps.size();
      for (size_t i = 0; i < echoes.rows.size(); ++i) {
        steps.push_back({echoes.rows[i]});
        if (i + 1 < echoes.rows.size()) steps.back().push_back(first + i + 1);
      }
      auto echo = echoes.rows.begin();
      for (const Edge& edge : echoes.enders) {
        const CivilDay day = Published(edge.carrier);
        while (echo != echoes.rows.end() && !InTime(day, rows_[*echo])) ++echo;
        if (echo == echoes.rows.end()) break;
        steps[edge.carrier].push_back(first + static_cast<size_t>(echo - echoes.rows.begin()));
      }
    }
    return steps;
  }

  const Rows& rows_;
  absl::flat_hash_map<std::string_view, size_t> by_id_;
  // Rows with a known root, by root and statement. Not changed once made.
  absl::flat_hash_map<std::pair<std::string_view, std::string_view>, Repeated> repeated_;
  // Targets of what has acted so far and silences, and the same by what these repeat.
  std::vector<bool> silenced_;
  absl::flat_hash_map<const Repeated*, std::vector<Edge>> silencers_;
  std::vector<Edge> edges_;
  std::vector<Echoes> echoes_;
  // Nothing if there can be none.
  std::optional<Rings> rings_;
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
