#include "services/kinds/check_event.h"

#include "services/kinds/check_source.h"
#include "services/kinds/event_kind.h"
#include "services/kinds/field_limits.h"

namespace chipline::kinds {
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

}  // namespace

void CheckEvent(v1::Event& event, const FieldPath& path, Review& review) {
  CheckKnownFields(event, path, review);
  if (!event.event_id().empty()) CheckEventId(event.event_id(), path / "event_id", review);
  if (event.has_source()) CheckSource(*event.mutable_source(), path / "source", review);
  CheckLinks(event, path, review);
  CheckLabels(event, path, review);
  KindOf(event).Check(event, path, review);
}

}  // namespace chipline::kinds
