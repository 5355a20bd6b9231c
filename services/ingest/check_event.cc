#include "services/ingest/check_event.h"

#include "fmt/format.h"
#include "services/ingest/check_payloads.h"
#include "services/ingest/check_source.h"
#include "services/ingest/field_limits.h"

namespace chipline::ingest {
namespace {

void CheckLabels(const v1::Event& event, const FieldPath& path, Review& review) {
  CheckCount(event.labels_size(), 0, limits::kMaxLabels, path / "labels", review);
  for (int i = 0; i < event.labels_size(); ++i) {
    const v1::Label& label = event.labels(i);
    const FieldPath at = path.At("labels", i);
    CheckKnownFields(label, at, review);
    CheckPrintable(label.key(), limits::kMaxLabelKeyBytes, at / "key", review);
    CheckText(label.value(), limits::kMaxLabelValueBytes, at / "value", review);
  }
}

// A figure that is called spent cannot have been published before its period was over. Nothing is
// known of a claim without a date, since the record time is only set by the log.
void CheckActualIsPast(const v1::Event& event, const FieldPath& path, Review& review) {
  const v1::CapexAnnouncement& capex = event.capex_announcement();
  if (capex.basis() != v1::CAPEX_BASIS_ACTUAL || capex.period().end().empty()) return;
  const std::string_view published = PublishedDay(event.source());
  if (published.empty() || published >= capex.period().end()) return;
  review.Report(path / "basis",
                fmt::format("is CAPEX_BASIS_ACTUAL, but it was published on {} at the latest "
                            "and its period ends on {} (not included); use "
                            "CAPEX_BASIS_ESTIMATE for a figure of a period that is not over",
                            published, capex.period().end()));
}

// Whether a share is of a whole that its own event would have to state.
void CheckWhole(const v1::Event& event, const v1::Ratio& share, const FieldPath& payload,
                Review& review) {
  if (share.of_event_id().empty() || share.of_event_id() != event.event_id()) return;
  const FieldPath path = payload / "share_of";
  review.Report(path / "of_event_id", "is the event's own; the whole is stated by another event");
}

void CheckCapexEvent(v1::Event& event, const FieldPath& event_path, Review& review) {
  const FieldPath path = event_path / "capex_announcement";
  const size_t before = review.violations.count();
  CheckCapex(*event.mutable_capex_announcement(), path, review);
  CheckWhole(event, event.capex_announcement().share_of(), path, review);
  if (review.violations.count() == before) CheckActualIsPast(event, path, review);
}

void CheckOrderEvent(v1::Event& event, const FieldPath& event_path, Review& review) {
  const FieldPath path = event_path / "chip_order";
  CheckOrder(*event.mutable_chip_order(), path, review);
  CheckWhole(event, event.chip_order().share_of(), path, review);
}

void CheckNoticeEvent(const v1::Event& event, const FieldPath& path, Review& review) {
  if (event.links().empty()) {
    ReportMissing(path / "links", "a claim_notice speaks of other claims; link to one", review);
  }
  CheckNotice(event.claim_notice(), path / "claim_notice", review);
}

void CheckPayload(v1::Event& event, const FieldPath& path, Review& review) {
  switch (event.payload_case()) {
    case v1::Event::kCapexAnnouncement:
      return CheckCapexEvent(event, path, review);
    case v1::Event::kExportRuleChange:
      return CheckRule(*event.mutable_export_rule_change(), path / "export_rule_change", review);
    case v1::Event::kChipOrder:
      return CheckOrderEvent(event, path, review);
    case v1::Event::kChipSupply:
      return CheckSupply(*event.mutable_chip_supply(), path / "chip_supply", review);
    case v1::Event::kUsageReport:
      return CheckUsage(*event.mutable_usage_report(), path / "usage_report", review);
    case v1::Event::kAliasChange:
      return CheckAlias(event.alias_change(), path / "alias_change", review);
    case v1::Event::kClaimNotice:
      return CheckNoticeEvent(event, path, review);
    case v1::Event::PAYLOAD_NOT_SET:
      ReportMissing(path / "payload",
                    "exactly one of capex_announcement, export_rule_change, chip_order, "
                    "chip_supply, usage_report, alias_change, claim_notice",
                    review);
  }
}

}  // namespace

void CheckEvent(v1::Event& event, const FieldPath& path, Review& review) {
  CheckKnownFields(event, path, review);
  if (!event.event_id().empty()) CheckEventId(event.event_id(), path / "event_id", review);
  if (event.has_source()) CheckSource(*event.mutable_source(), path / "source", review);
  CheckLinks(event, path, review);
  CheckLabels(event, path, review);
  CheckPayload(event, path, review);
}

}  // namespace chipline::ingest
