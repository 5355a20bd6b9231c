#ifndef CHIPLINE_SERVICES_KINDS_ENTRY_KIND_H_
#define CHIPLINE_SERVICES_KINDS_ENTRY_KIND_H_

#include <span>
#include <string>
#include <string_view>

#include "chipline/v1/timeline.pb.h"
#include "services/kinds/facets.h"

namespace chipline::kinds {

// The day that places an entry among others in order of valid time, and comes after all of them.
inline constexpr char kNoDay[] = "~";

// Everything that this server knows of one kind of entry, but for its fold
// (services/timeline/folds). Each has a row in entry_kinds.cc. Pure and without state, so that any
// thread may use it. A key or an entry that is passed must be of this kind.
class EntryKind {
 public:
  virtual ~EntryKind() = default;

  // The id behind the kind's prefix (entry_key.h).
  virtual void AppendId(const v1::EntryKey& key, std::string* id) const = 0;

  // What queries find an entry by from its key alone.
  virtual void AddFacets(const v1::EntryKey& key, Facets* facets) const = 0;

  // See FirstDay.
  virtual std::string FirstDay(const v1::TimelineEntry& entry) const = 0;
};

// One kind of entry.
struct EntryKindRow {
  v1::EntryKey::KeyCase key;
  v1::TimelineEntry::StateCase state;
  // What the ids of its entries start with, with the slash.
  std::string_view prefix;
  // Whether one company can be what its entries are about (GetTimeline of a company).
  bool of_company;
  const EntryKind& (*kind)();
};

// All kinds of entry, in the order of EntryKey's fields.
std::span<const EntryKindRow> EntryKinds();

// The day that places an entry among others in order of valid time, YYYY-MM-DD: the first of a
// spending's period, the first on which something about a rule is known to change, the earliest
// stage of an order (else of the time it is for, else of a change of its gates), the earliest count
// of a supply or a use. An entry that names no day comes last: kNoDay.
std::string FirstDay(const v1::TimelineEntry& entry);

// Adds what queries find an entry by from its key alone.
void AddKeyFacets(const v1::EntryKey& key, Facets* facets);

}  // namespace chipline::kinds

#endif  // CHIPLINE_SERVICES_KINDS_ENTRY_KIND_H_
