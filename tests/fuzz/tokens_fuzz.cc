// Page, resume and watch tokens that come back from clients.
#include <string>

#include "services/query/watch_token.h"
#include "services/rpc/page_token.h"
#include "services/rpc/resume_token.h"
#include "tests/fuzz/check.h"

namespace chipline::fuzz {
namespace {

void Check(std::string_view text) {
  const TokenScope scope{"log", 3, 0x1234};
  if (const auto place = OpenPageToken(scope, text); place.ok() && !text.empty()) {
    const auto again = OpenPageToken(scope, SealPageToken(scope, *place));
    MUST(again.ok() && again->position == place->position && again->key == place->key);
  }
  (void)OpenResumeToken(scope, text);
  (void)query::OpenWatchToken(scope, text);

  Input input(text);
  const TokenPlace place{input.Byte() * uint64_t{0x01010101}, std::string(input.Take(32))};
  const std::string sealed = SealPageToken(scope, place);
  const auto opened = OpenPageToken(scope, sealed);
  MUST(opened.ok() && opened->position == place.position && opened->key == place.key);
  MUST(!OpenResumeToken(scope, sealed).ok());
  MUST(!OpenPageToken(TokenScope{"log", 4, 0x1234}, sealed).ok());
  MUST(!OpenPageToken(TokenScope{"other", 3, 0x1234}, sealed).ok());
  std::string damaged = sealed;
  char& changed = damaged[input.Byte() % damaged.size()];
  const char was = changed;
  changed = static_cast<char>(input.Byte());
  // The last letter of base64 may hold bits that count for nothing.
  if (const auto place_again = OpenPageToken(scope, damaged); changed != was && place_again.ok()) {
    MUST(place_again->position == place.position && place_again->key == place.key);
  }
}

}  // namespace
}  // namespace chipline::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  chipline::fuzz::Check(chipline::fuzz::Text(bytes, size));
  return 0;
}
