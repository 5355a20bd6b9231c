#include "services/ingest/check_payloads.h"
#include "services/ingest/field_limits.h"

namespace chipline::ingest {

void CheckNotice(const v1::ClaimNotice& notice, const FieldPath& path, Review& review) {
  CheckKnownFields(notice, path, review);
  CheckText(notice.text(), limits::kMaxTextBytes, path / "text", review);
  CheckWording(notice, path, review);
}

}  // namespace chipline::ingest
