#ifndef CHIPLINE_SERVICES_KINDS_ALL_KINDS_H_
#define CHIPLINE_SERVICES_KINDS_ALL_KINDS_H_

#include "services/kinds/entry_kind.h"
#include "services/kinds/event_kind.h"

namespace chipline::kinds {

// The kinds, for the tables alone (event_kinds.cc, entry_kinds.cc). Each is made in the folder of
// its name.
const EventKind& CapexEvents();
const EventKind& RuleEvents();
const EventKind& OrderEvents();
const EventKind& SupplyEvents();
const EventKind& UsageEvents();
const EventKind& NameEvents();
const EventKind& NoticeEvents();
const EventKind& PriceEvents();

const EntryKind& CapexEntries();
const EntryKind& RuleEntries();
const EntryKind& OrderEntries();
const EntryKind& SupplyEntries();
const EntryKind& UsageEntries();
const EntryKind& PriceEntries();

}  // namespace chipline::kinds

#endif  // CHIPLINE_SERVICES_KINDS_ALL_KINDS_H_
