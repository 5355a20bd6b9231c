#include "services/kinds/check_source.h"

#include "fmt/format.h"
#include "services/kinds/check_dates.h"
#include "services/kinds/check_values.h"
#include "services/kinds/field_limits.h"

namespace chipline::kinds {
namespace {

void CheckOrigin(const v1::Origin& origin, const FieldPath& path, Review& review) {
  CheckKnownFields(origin, path, review);
  RequireEnum<v1::OriginKind_IsValid>(origin.kind(), path / "kind", review);
  if (origin.has_name()) CheckRef(origin.name(), path / "name", review);
  if (origin.has_count() && origin.count() < 1) {
    review.Report(
        path / "count",
        fmt::format("is {}; it must be 1 or more; leave it out if not said", origin.count()));
  }
  CheckText(origin.verbatim(), limits::kMaxTextBytes, path / "verbatim", review);
}

void CheckHop(v1::Hop& hop, bool last, const FieldPath& path, Review& review) {
  CheckKnownFields(hop, path, review);
  if (hop.has_publisher()) {
    CheckRef(hop.publisher(), path / "publisher", review);
  } else {
    ReportMissing(path / "publisher", "who published", review);
  }
  RequireEnum<v1::HopRelation_IsValid>(hop.relation(), path / "relation", review);
  if (hop.relation() == v1::HOP_RELATION_PRIMARY && !last) {
    review.Report(path / "relation",
                  "is HOP_RELATION_PRIMARY, but hops follow; only the last hop, the first "
                  "to publish, can be; say how it stands to the next one");
  }
  CheckText(hop.url(), limits::kMaxUrlBytes, path / "url", review);
  CheckLanguage(hop.language(), path / "language", review);
  if (hop.has_published()) CompleteDate(*hop.mutable_published(), path / "published", review);
  CheckText(hop.verbatim(), limits::kMaxTextBytes, path / "verbatim", review);
}

}  // namespace

void CheckSource(v1::Source& source, const FieldPath& path, Review& review) {
  CheckKnownFields(source, path, review);
  if (source.has_origin()) CheckOrigin(source.origin(), path / "origin", review);
  CheckCount(source.hops_size(), 0, limits::kMaxHops, path / "hops", review);
  for (int i = 0; i < source.hops_size(); ++i) {
    CheckHop(*source.mutable_hops(i), i + 1 == source.hops_size(), path.At("hops", i), review);
  }
  CheckEnum<v1::Confidence_IsValid>(source.confidence(), path / "confidence", review);
}

void CheckLinks(const v1::Event& event, const FieldPath& path, Review& review) {
  CheckCount(event.links_size(), 0, limits::kMaxLinks, path / "links", review);
  for (int i = 0; i < event.links_size(); ++i) {
    const v1::Link& link = event.links(i);
    const FieldPath at = path.At("links", i);
    CheckKnownFields(link, at, review);
    RequireEnum<v1::LinkRelation_IsValid>(link.relation(), at / "relation", review);
    CheckEventId(link.event_id(), at / "event_id", review);
    if (link.event_id().empty()) continue;
    if (link.event_id() == event.event_id()) {
      review.Report(at / "event_id", "is the event's own; a link is to another event");
    }
    for (int earlier = 0; earlier < i && earlier < limits::kMaxLinks; ++earlier) {
      if (event.links(earlier).event_id() != link.event_id()) continue;
      review.Report(at / "event_id",
                    fmt::format("repeats links[{}].event_id; one link to a target says "
                                "all; leave one out",
                                earlier));
      break;
    }
  }
}

std::string_view PublishedDay(const v1::Source& source) {
  for (int i = source.hops_size() - 1; i >= 0; --i) {
    if (!source.hops(i).published().latest().empty()) return source.hops(i).published().latest();
  }
  return "";
}

}  // namespace chipline::kinds
