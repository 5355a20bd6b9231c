#ifndef CHIPLINE_SERVICES_KINDS_CHECK_SOURCE_H_
#define CHIPLINE_SERVICES_KINDS_CHECK_SOURCE_H_

#include <string_view>

#include "chipline/v1/event.pb.h"
#include "services/kinds/checks.h"

// The rules of source.proto, as its comments state them.
namespace chipline::kinds {

void CheckSource(v1::Source& source, const FieldPath& path, Review& review);

// At most 16 links, none to the event itself and no two to one target.
void CheckLinks(const v1::Event& event, const FieldPath& path, Review& review);

// The day from which the claim was surely public, YYYY-MM-DD: of the root's publication, else of
// the dated hop nearest to it. Empty if no hop is dated. The dates must be complete.
std::string_view PublishedDay(const v1::Source& source);

}  // namespace chipline::kinds

#endif  // CHIPLINE_SERVICES_KINDS_CHECK_SOURCE_H_
