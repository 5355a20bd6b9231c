#ifndef CHIPLINE_TESTS_TIMELINE_RANDOM_EVENTS_H_
#define CHIPLINE_TESTS_TIMELINE_RANDOM_EVENTS_H_

#include <random>
#include <string>
#include <vector>

#include "chipline/v1/event.pb.h"

namespace chipline::timeline {

// Events of every kind over a small world, so that they meet: names in several spellings, links of
// every relation to events that were, will be or never are, shares of other claims, aliases that
// come and go. The same for the same seed.
class RandomEvents {
 public:
  explicit RandomEvents(uint32_t seed) : random_(seed) {}

  // One to four events for one append.
  std::vector<v1::Event> Append();
  v1::Event Next();

 private:
  int Below(int end) { return std::uniform_int_distribution<int>(0, end - 1)(random_); }
  bool OneIn(int count) { return Below(count) == 0; }
  template <size_t N>
  const char* Any(const char* const (&of)[N]) {
    return of[static_cast<size_t>(Below(static_cast<int>(N)))];
  }
  // The id of some event: mostly of one that was, sometimes of one to come, or of none.
  std::string SomeId();

  void SetCompany(v1::Ref* ref);
  void SetChip(v1::Ref* ref);
  void SetPlace(v1::Ref* ref);
  void SetSource(v1::Source* source);
  void SetCapex(v1::CapexAnnouncement* capex);
  void SetRule(v1::ExportRuleChange* rule);
  void SetOrder(v1::ChipOrder* order);
  void SetSupply(v1::ChipSupply* supply);
  void SetUsage(v1::UsageReport* usage);
  void SetAlias(v1::AliasChange* alias);

  std::mt19937 random_;
  int made_ = 0;
};

}  // namespace chipline::timeline

#endif  // CHIPLINE_TESTS_TIMELINE_RANDOM_EVENTS_H_
