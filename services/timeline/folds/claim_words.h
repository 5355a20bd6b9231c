#ifndef CHIPLINE_SERVICES_TIMELINE_FOLDS_CLAIM_WORDS_H_
#define CHIPLINE_SERVICES_TIMELINE_FOLDS_CLAIM_WORDS_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "chipline/v1/event.pb.h"

namespace chipline::timeline {

// How much of one text, and of the conditions of one claim together, entries show.
inline constexpr size_t kMaxShownTextBytes = 1000;
inline constexpr size_t kMaxShownConditionBytes = 2000;

// What was left out of a claim's words.
struct CutWords {
  // Conditions that are not shown.
  uint32_t conditions = 0;
  // Texts that are shown in part.
  uint32_t texts = 0;
};

// Shortens `text` to at most `max_bytes` and an ellipsis, between two characters; whether it had
// to. `text` is UTF-8.
bool CutText(size_t max_bytes, std::string* text);

// Leaves of an event's words what entries show of them, so that an entry with thousands of claims
// has room in memory. Links, names, figures and days stay as they are. Who needs the words whole
// reads the event from the log.
CutWords KeepShownWords(v1::Event* event);

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_FOLDS_CLAIM_WORDS_H_
