// ResolveLinks against the rule of links.h read plainly, over random rows: seeds are printed.
#include <algorithm>
#include <array>
#include <random>
#include <string>
#include <vector>

#include "gtest/gtest.h"

#include "fmt/format.h"
#include "fmt/ranges.h"
#include "services/timeline/folds/links.h"
#include "tests/folds/reports.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

constexpr unsigned kSeeds = 6000;

struct Act {
  size_t carrier;
  size_t target;
  pb::LinkRelation relation;
};

bool EndsClaims(pb::LinkRelation relation) {
  return relation == pb::LINK_RELATION_SUPERSEDES || relation == pb::LINK_RELATION_CORRECTS ||
         relation == pb::LINK_RELATION_RETRACTS;
}

// The rule as one would write it down, in as many steps as there are pairs of rows.
class PlainReading {
 public:
  explicit PlainReading(const Rows& rows) : rows_(rows) {}

  Effects Run() {
    std::vector<bool> silenced(rows_.size(), false);
    Effects effects(rows_.size());
    std::vector<Act> acts;
    for (size_t carrier = rows_.size(); carrier-- > 0;) {
      if (silenced[carrier]) continue;
      for (const Act& act : ActsOf(carrier)) {
        acts.push_back(act);
        if (act.relation == pb::LINK_RELATION_CORRECTS ||
            act.relation == pb::LINK_RELATION_RETRACTS) {
          silenced[act.target] = true;
          for (const size_t row : EchoesOf(act)) {
            if (CarriesNoOtherEnd(act.target, row)) silenced[row] = true;
          }
        }
      }
    }
    std::stable_sort(acts.begin(), acts.end(),
                     [](const Act& a, const Act& b) { return a.carrier < b.carrier; });
    FindRings(acts);
    for (const Act& act : acts) Apply(act, effects);
    return effects;
  }

 private:
  std::vector<Act> ActsOf(size_t carrier) const {
    std::vector<Act> acts;
    for (const pb::Link& link : rows_[carrier].event.event().links()) {
      for (size_t target = 0; target < rows_.size(); ++target) {
        if (target == carrier || rows_[target].event_id() != link.event_id()) continue;
        const Claim& from = rows_[carrier];
        const bool may = (!from.root.empty() && from.root == rows_[target].root) ||
                         from.origin == pb::ORIGIN_KIND_OFFICIAL ||
                         from.origin == pb::ORIGIN_KIND_FILING;
        const bool denies = EndsClaims(link.relation()) && !may;
        acts.push_back({carrier, target, denies ? pb::LINK_RELATION_DENIES : link.relation()});
      }
    }
    return acts;
  }

  std::vector<size_t> EchoesOf(const Act& act) const {
    std::vector<size_t> echoes;
    for (size_t row = 0; row < rows_.size(); ++row) {
      if (row != act.target && row != act.carrier && Echoes(act.target, row) &&
          (rows_[row].published <= rows_[act.carrier].published || !rows_[row].root_dated)) {
        echoes.push_back(row);
      }
    }
    return echoes;
  }

  bool Echoes(size_t claim, size_t echo) const {
    const Claim& a = rows_[claim];
    const Claim& b = rows_[echo];
    if (a.root.empty() || a.root != b.root || a.statement != b.statement) return false;
    const bool notices = a.event.event().has_claim_notice() && b.event.event().has_claim_notice();
    return notices || (a.own && b.own);
  }

  bool CarriesNoOtherEnd(size_t claim, size_t echo) const {
    for (const pb::Link& link : rows_[echo].event.event().links()) {
      if (!EndsClaims(link.relation())) continue;
      bool shared = false;
      for (const pb::Link& other : rows_[claim].event.event().links()) {
        shared |= other.relation() == link.relation() && other.event_id() == link.event_id();
      }
      if (!shared) return false;
    }
    return true;
  }

  // Which rows reach each other by superseding, or by ending an echo.
  void FindRings(const std::vector<Act>& acts) {
    const size_t count = rows_.size();
    reached_.assign(count, std::vector<bool>(count, false));
    for (const Act& act : acts) {
      if (!EndsClaims(act.relation)) continue;
      if (act.relation == pb::LINK_RELATION_SUPERSEDES) reached_[act.carrier][act.target] = true;
      for (const size_t echo : EchoesOf(act)) reached_[act.carrier][echo] = true;
    }
    for (size_t by = 0; by < count; ++by) {
      for (size_t from = 0; from < count; ++from) {
        for (size_t to = 0; to < count; ++to) {
          if (reached_[from][by] && reached_[by][to]) reached_[from][to] = true;
        }
      }
    }
  }

  // Whether `row` is the highest of a ring that `carrier` is in, too.
  bool TopsRingOf(size_t row, size_t carrier) const {
    const auto together = [&](size_t a, size_t b) { return reached_[a][b] && reached_[b][a]; };
    if (!together(row, carrier)) return false;
    for (size_t other = row + 1; other < rows_.size(); ++other) {
      if (together(row, other)) return false;
    }
    return true;
  }

  // The target and its echoes, but for the highest of a ring.
  std::vector<size_t> Ended(const Act& act) const {
    std::vector<size_t> ended;
    const bool opens =
        act.relation == pb::LINK_RELATION_SUPERSEDES && TopsRingOf(act.target, act.carrier);
    if (!opens) ended.push_back(act.target);
    for (const size_t echo : EchoesOf(act)) {
      if (!TopsRingOf(echo, act.carrier)) ended.push_back(echo);
    }
    return ended;
  }

  void Apply(const Act& act, Effects& effects) const {
    const std::string& id = rows_[act.carrier].event_id();
    Effect& target = effects[act.target];
    const auto add = [&](std::vector<std::string>& ids) {
      if (ids.empty() || ids.back() != id) ids.push_back(id);
    };
    if (act.relation == pb::LINK_RELATION_DENIES) add(target.denied_by);
    if (act.relation == pb::LINK_RELATION_CONFIRMS) add(target.confirmed_by);
    if (!EndsClaims(act.relation)) return;
    // The order of the enum's values is that of gravity.
    const pb::Standing standing =
        act.relation == pb::LINK_RELATION_SUPERSEDES ? pb::STANDING_SUPERSEDED
        : act.relation == pb::LINK_RELATION_CORRECTS ? pb::STANDING_CORRECTED
                                                     : pb::STANDING_RETRACTED;
    for (const size_t row : Ended(act)) {
      if (standing < effects[row].standing) continue;
      effects[row].standing = standing;
      effects[row].ended_by = id;
    }
  }

  const Rows& rows_;
  // By row, for each row whether steps lead there.
  std::vector<std::vector<bool>> reached_;
};
static_assert(pb::STANDING_STANDING < pb::STANDING_SUPERSEDED &&
              pb::STANDING_SUPERSEDED < pb::STANDING_CORRECTED &&
              pb::STANDING_CORRECTED < pb::STANDING_RETRACTED);

pb::LinkRelation RandomRelation(std::mt19937& random) {
  static constexpr std::array kAll = {pb::LINK_RELATION_CORRECTS, pb::LINK_RELATION_RETRACTS,
                                      pb::LINK_RELATION_DENIES, pb::LINK_RELATION_CONFIRMS,
                                      pb::LINK_RELATION_SUPERSEDES};
  // Half of them supersede, so that there are rings.
  return kAll[std::min<size_t>(random() % 8, kAll.size() - 1)];
}

Report RandomReport(std::mt19937& random, size_t at, size_t count) {
  const bool notice = random() % 3 == 0;
  Report report =
      notice ? Notice() : Capex("bytedance").Period("2026").Cny(random() % 2 ? "1bn" : "2bn");
  report.Id(fmt::format("e{}", at));
  const std::string outlet = random() % 2 == 0 ? "ft" : "scmp";
  if (random() % 6 == 0) {
    report.RetoldBy(outlet);
  } else {
    report.From(outlet);
  }
  if (random() % 4 != 0) report.On(fmt::format("2026-01-{:02}", 1 + random() % 9));
  if (random() % 4 == 0) report.Via("wire");
  if (random() % 8 == 0) report.Origin(pb::ORIGIN_KIND_FILING);
  const size_t links = notice ? 1 + random() % 2 : random() % 2;
  for (size_t i = 0; i < links; ++i) {
    const size_t target = random() % count;
    report.Link(RandomRelation(random), fmt::format("e{}", target));
  }
  return report;
}

Rows RandomRows(std::mt19937& random) {
  static const NameTable kNoNames;
  const size_t count = 2 + random() % 14;
  Rows rows;
  for (size_t i = 0; i < count; ++i) {
    pb::RecordedEvent recorded;
    *recorded.mutable_event() = RandomReport(random, i, count).event();
    recorded.set_position(i + 1);
    recorded.mutable_record_time()->set_seconds(1'790'000'000);
    const bool own = !recorded.event().has_claim_notice() && random() % 6 != 0;
    rows.push_back(MakeClaim(std::move(recorded), own, NamesAt{kNoNames, NameTable::kHead}));
  }
  return rows;
}

std::string Said(const Effect& effect) {
  return fmt::format("{} by {}, denied by [{}], confirmed by [{}]",
                     pb::Standing_Name(effect.standing), effect.ended_by,
                     fmt::join(effect.denied_by, " "), fmt::join(effect.confirmed_by, " "));
}

TEST(LinksOfRandomRows, ActAsTheRuleReads) {
  for (unsigned seed = 0; seed < kSeeds; ++seed) {
    std::mt19937 random(seed);
    const Rows rows = RandomRows(random);
    const Effects effects = ResolveLinks(rows);
    const Effects wanted = PlainReading(rows).Run();
    for (size_t i = 0; i < rows.size(); ++i) {
      ASSERT_EQ(Said(effects[i]), Said(wanted[i])) << "seed " << seed << ", row e" << i;
    }
  }
}

// Claims of one paper, each of another figure, that take the place of any others.
Rows RowsInRings(std::mt19937& random) {
  static const NameTable kNoNames;
  const size_t count = 2 + random() % 12;
  Rows rows;
  for (size_t i = 0; i < count; ++i) {
    Report report = Capex("bytedance").Period("2026").Cny(fmt::format("{}bn", i + 1)).From("ft");
    report.Id(fmt::format("e{}", i));
    for (auto links = random() % 3; links > 0; --links) {
      report.Supersedes(fmt::format("e{}", random() % count));
    }
    pb::RecordedEvent recorded;
    *recorded.mutable_event() = report.event();
    recorded.set_position(i + 1);
    recorded.mutable_record_time()->set_seconds(1'790'000'000);
    rows.push_back(MakeClaim(std::move(recorded), true, NamesAt{kNoNames, NameTable::kHead}));
  }
  return rows;
}

// By row, for each row whether a chain of links leads there.
std::vector<std::vector<bool>> Reached(const Rows& rows) {
  std::vector<std::vector<bool>> reached(rows.size(), std::vector<bool>(rows.size(), false));
  for (size_t from = 0; from < rows.size(); ++from) {
    for (const pb::Link& link : rows[from].event.event().links()) {
      reached[from][std::stoul(link.event_id().substr(1))] = true;
    }
  }
  for (size_t by = 0; by < rows.size(); ++by) {
    for (size_t from = 0; from < rows.size(); ++from) {
      for (size_t to = 0; to < rows.size(); ++to) {
        if (reached[from][by] && reached[by][to]) reached[from][to] = true;
      }
    }
  }
  return reached;
}

TEST(LinksOfRandomRows, LeaveTheHighestOfEachRing) {
  for (unsigned seed = 0; seed < kSeeds; ++seed) {
    std::mt19937 random(seed);
    const Rows rows = RowsInRings(random);
    const Effects effects = ResolveLinks(rows);
    const std::vector<std::vector<bool>> reached = Reached(rows);
    for (size_t row = 0; row < rows.size(); ++row) {
      const auto in_ring = [&](size_t other) { return reached[row][other] && reached[other][row]; };
      bool highest = true;
      for (size_t other = row + 1; other < rows.size(); ++other) highest &= !in_ring(other);
      // Only what is not in its ring ends the highest of one.
      std::string ended_by;
      for (size_t carrier = 0; carrier < rows.size(); ++carrier) {
        if (carrier == row || (highest && in_ring(carrier))) continue;
        for (const pb::Link& link : rows[carrier].event.event().links()) {
          if (link.event_id() == rows[row].event_id()) ended_by = rows[carrier].event_id();
        }
      }
      ASSERT_EQ(effects[row].ended_by, ended_by) << "seed " << seed << ", row e" << row;
    }
  }
}

}  // namespace
}  // namespace chipline::timeline
