#ifndef CHIPLINE_SERVICES_KINDS_ENTRY_KEY_H_
#define CHIPLINE_SERVICES_KINDS_ENTRY_KEY_H_

#include <string>
#include <string_view>
#include <vector>

#include "chipline/v1/event.pb.h"
#include "chipline/v1/timeline.pb.h"
#include "services/values/names_at.h"

namespace chipline::kinds {

// The entries that an event makes a claim in, by the names as known. Empty for AliasChange and
// ClaimNotice. A ChipOrder is a claim in its order's entry and in the supply entry of each chip.
std::vector<v1::EntryKey> KeysOf(const v1::RecordedEvent& event, const NamesAt& names);

// The events whose rows must be beside this claim's wherever it is a claim, as those are that link
// to it: the claim that states the whole, for a share of it. Sorted.
std::vector<std::string> ReferencesOf(const v1::Event& event);

// The key as text: unique, stable, made of '/'-separated parts in which '/' and '%' are escaped.
//   capex/<companies joined by +>/<scope>/<period>/<accounting>/<class>[/<further parts as k=v>]
//   rule/<chip or ->/<destination or ->/<jurisdiction>/<gate>, with ~/ before a chip or a
//       destination that is a group
//   order/<subject>
//   supply/<chip>
//   usage/<company>/<metric>[/<product>]
//   price/<chip>/<metric>/<unit>[/<place>]
std::string EntryId(const v1::EntryKey& key);

// The subject of an order, by the names as known: the buyers may have been nameless when it was
// recorded. Its last token, which is the order's own, stays as it was recorded.
std::string OrderSubject(const v1::RecordedEvent& order, const NamesAt& names);

// What the ids of rules start with: of all on a chip to a destination, rule/<chip>/<destination>/;
// of all on a chip, rule/<chip>/. A chip or destination that is empty stands for rules that give it
// in words only, kAnyGroup for those that give a group.
inline constexpr std::string_view kAnyGroup = "~";
std::string RulePrefix(std::string_view chip, std::string_view destination);
std::string RulePrefix(std::string_view chip);

// The supply entry of each of the chips.
std::vector<v1::EntryKey> SupplyKeysOf(const std::vector<std::string>& chips);

}  // namespace chipline::kinds

#endif  // CHIPLINE_SERVICES_KINDS_ENTRY_KEY_H_
