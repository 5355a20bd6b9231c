#ifndef CHIPLINE_TESTS_TIMELINE_RANDOM_EVENTS_H_
#define CHIPLINE_TESTS_TIMELINE_RANDOM_EVENTS_H_

#include <random>
#include <set>
#include <string>
#include <utility>

#include "chipline/v1/event.pb.h"

namespace chipline::timeline {

// One event of every kind over a small world, so that they meet: names in several spellings, links
// of every relation to events that were, will be or never are, shares of other claims, aliases that
// come and go. The same for the same world, number and seed. Worlds share no name and no event.
class RandomEvents {
 public:
  // How many numbers events have.
  static constexpr int kNumbers = 20;

  explicit RandomEvents(std::string world) : world_(std::move(world)) {}

  // The event's id follows from its number, 0 to kNumbers - 1, and so do links; the second event of
  // a number has an id that nothing links to.
  v1::Event Make(int number, uint32_t seed);

  // A name of a company that they use.
  std::string CompanyName(size_t index) const;

 private:
  int Below(int end) { return std::uniform_int_distribution<int>(0, end - 1)(random_); }
  bool OneIn(int count) { return Below(count) == 0; }
  template <size_t N>
  const char* Any(const char* const (&of)[N]) {
    return of[static_cast<size_t>(Below(static_cast<int>(N)))];
  }
  std::string Id(int number) const;
  std::string SomeId() { return Id(Below(kNumbers)); }
  // A name, or an id, of this world.
  std::string Own(const char* name) const { return world_ + " " + name; }
  std::string OwnId(const char* id) const { return world_ + "-" + id; }

  void SetCompany(v1::Ref* ref);
  void SetChip(v1::Ref* ref);
  void SetPlace(v1::Ref* ref);
  void SetSource(v1::Source* source);
  void SetCapex(v1::CapexAnnouncement* capex);
  void SetRule(v1::ExportRuleChange* rule);
  void SetOrder(v1::ChipOrder* order);
  void SetSupply(v1::ChipSupply* supply);
  void SetUsage(v1::UsageReport* usage);
  void SetPrice(v1::PriceReport* price);
  void SetAlias(v1::AliasChange* alias);

  const std::string world_;
  std::mt19937 random_;
  std::set<std::string> made_;
};

}  // namespace chipline::timeline

#endif  // CHIPLINE_TESTS_TIMELINE_RANDOM_EVENTS_H_
