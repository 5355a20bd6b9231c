// The validators and the canonical form: an append that is refused says why, and one that is taken
// is taken again as it is. The input is a chipline.v1.AppendEventsRequest.
#include <string>

#include "chipline/v1/event_log_service.pb.h"
#include "services/ingest/seal.h"
#include "storage/error.h"
#include "storage/record.h"
#include "tests/fuzz/check.h"

namespace chipline::fuzz {
namespace {

void Check(std::string_view text) {
  v1::AppendEventsRequest request;
  if (!request.ParseFromArray(text.data(), static_cast<int>(text.size()))) return;
  const auto sealed = ingest::Seal(std::move(request));
  if (!sealed.ok()) {
    MUST(absl::IsInvalidArgument(sealed.status()));
    MUST(!sealed.status().message().empty() && !ReasonOf(sealed.status()).empty());
    return;
  }
  v1::AppendEventsRequest again;
  for (const storage::v1::SealedEvent& event : sealed->events()) {
    const auto id = storage::EventIdOf(event.event());
    MUST(id.ok() && *id == event.event_id() && !id->empty());
    MUST(again.add_events()->ParseFromString(event.event()));
  }
  const auto resealed = ingest::Seal(std::move(again));
  MUST(resealed.ok() && resealed->events_size() == sealed->events_size());
  for (int i = 0; i < sealed->events_size(); ++i) {
    MUST(resealed->events(i).event() == sealed->events(i).event());
  }
}

}  // namespace
}  // namespace chipline::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  chipline::fuzz::Check(chipline::fuzz::Text(bytes, size));
  return 0;
}
