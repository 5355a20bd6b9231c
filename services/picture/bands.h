#ifndef CHIPLINE_SERVICES_PICTURE_BANDS_H_
#define CHIPLINE_SERVICES_PICTURE_BANDS_H_

#include <optional>
#include <string>
#include <vector>

#include "chipline/v1/timeline.pb.h"
#include "services/picture/look.h"
#include "services/picture/page.h"

namespace chipline::picture {

// A state over some days.
struct BandSpan {
  // Half-open; absent: since or until whenever.
  std::optional<CivilDay> from;
  std::optional<CivilDay> to;
  Look look = Look::kUnknown;
  // Written on the band where it fits.
  std::string word;
  // The whole of it, for whoever points at it.
  std::string title;
  // Between the earliest and the latest day that a change may have taken effect.
  bool day_unknown = false;
  // Claims that do not fit.
  bool conflict = false;
};

// One line of spans with its label at the left.
struct BandRow {
  std::string label;
  std::vector<BandSpan> spans;
  // Thin rows are parts of what the row above them says.
  bool thin = false;
};

// What a numbered span of the first row says.
struct KeyLine {
  Look look = Look::kUnknown;
  std::string days;
  std::string text;
  std::string source;
  // As in BandSpan.
  bool day_unknown = false;
};

// Where bands lie from left to right, for the scale of their days.
inline constexpr double kBandLeft = kMargin + 172;

// Bands over page.valid, with numbers above the spans of the first row if it has several, an axis
// below, and under it one line of the key for each of those spans.
void DrawBands(Page& page, const std::vector<BandRow>& rows, const std::vector<KeyLine>& key);

// "before 1 Jan 2024", "30 Nov 2024 until 31 Dec 2024", "from 15 Jan 2026", "at any time".
std::string SpanWords(const v1::ValidInterval& interval);

}  // namespace chipline::picture

#endif  // CHIPLINE_SERVICES_PICTURE_BANDS_H_
