#ifndef CHIPLINE_SERVICES_INGEST_NAMING_H_
#define CHIPLINE_SERVICES_INGEST_NAMING_H_

#include <string_view>

#include "chipline/storage/v1/command.pb.h"
#include "chipline/v1/event.pb.h"
#include "services/values/fold_keys.h"

// What the committer needs to name an event without a look into it: the names in it, made
// comparable, and the subject that they make.
//
//   capex.<companies>                      companies joined by +
//   rule.<jurisdiction>.<gate>             export, import or use
//   order.<buyers>.<order>                 the order_id's token, or a hash of the event_id
//   supply.<holder>.<chips>
//   usage.<company>.<metric>               tokens-per-day or monthly-active-users
//   alias.<entity>
//   notice.<target>                        a hash of the first link's event_id
//
// A hash is x- and 16 hex digits of a SHA-256, as for names that have no other token.
//
// Entities are the companies, suppliers, buyers, holders and customers; the chips, also those that
// a rule leaves out; the jurisdictions, destinations, also those left out, regions and seats; and
// the bodies. Publishers and origins are none, for a wire service would be in every other event and
// make a filter by company useless.
namespace chipline::ingest {

// The first token of an event's subject; empty for a type that is none.
std::string_view SubjectRoot(v1::EventType type);

// What stands before the slash in an entity such as company/bytedance; empty for a kind that is
// none.
std::string_view EntityPrefix(v1::EntityKind kind);

// Fills in the naming of an event that CheckEvent found nothing wrong with and that has its id.
void NameEvent(const v1::Event& event, FoldKeys& fold_keys, storage::v1::Naming& naming);

}  // namespace chipline::ingest

#endif  // CHIPLINE_SERVICES_INGEST_NAMING_H_
