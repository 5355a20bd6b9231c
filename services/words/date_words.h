#ifndef CHIPLINE_SERVICES_WORDS_DATE_WORDS_H_
#define CHIPLINE_SERVICES_WORDS_DATE_WORDS_H_

#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "google/protobuf/timestamp.pb.h"

#include "chipline/v1/timeline.pb.h"
#include "chipline/v1/values.pb.h"

namespace chipline {

// EDTF for people: "August 2024", "17 February 2026", "H1 2024", "Q2 2024", "about October 2025",
// "2024 to 2026", "until August 2024", "from 2026". What it cannot read it gives back as it is.
std::string EdtfWords(std::string_view edtf);

// A date's expression in words; empty if there is none.
std::string DateWords(const v1::Date& date);

// "2026", "FY2026 (fiscal)"; empty without a period.
std::string PeriodWords(const v1::Period& period);

// "15 January 2026 to 1 March 2026", "from …", "until …", "at any time". Half-open, as stored.
std::string IntervalWords(const v1::ValidInterval& interval);

// "2026-01-15 10:20:30Z", cut to the second.
std::string TimeWords(const google::protobuf::Timestamp& time);

}  // namespace chipline

#endif  // CHIPLINE_SERVICES_WORDS_DATE_WORDS_H_
