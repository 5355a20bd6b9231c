#ifndef CHIPLINE_SERVICES_INGEST_CHECK_PAYLOADS_H_
#define CHIPLINE_SERVICES_INGEST_CHECK_PAYLOADS_H_

#include "chipline/v1/event.pb.h"
#include "services/ingest/checks.h"

// The rules of each kind of event, as the comments of its .proto state them; each is in the file of
// its name. They fill in what the server computes (check_dates.h).
namespace chipline::ingest {

void CheckCapex(v1::CapexAnnouncement& capex, const FieldPath& path, Review& review);
void CheckRule(v1::ExportRuleChange& rule, const FieldPath& path, Review& review);
void CheckOrder(v1::ChipOrder& order, const FieldPath& path, Review& review);
void CheckSupply(v1::ChipSupply& supply, const FieldPath& path, Review& review);
void CheckUsage(v1::UsageReport& usage, const FieldPath& path, Review& review);
void CheckAlias(const v1::AliasChange& alias, const FieldPath& path, Review& review);
// That the event has a link, which a notice needs, is the event's matter.
void CheckNotice(const v1::ClaimNotice& notice, const FieldPath& path, Review& review);

}  // namespace chipline::ingest

#endif  // CHIPLINE_SERVICES_INGEST_CHECK_PAYLOADS_H_
