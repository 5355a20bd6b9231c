#ifndef CHIPLINE_SERVICES_KINDS_FIELD_LIMITS_H_
#define CHIPLINE_SERVICES_KINDS_FIELD_LIMITS_H_

#include <cstddef>

// How much a single field of an event may hold, as the comments of the .proto files state it. What
// bounds requests, memory and disk is in storage/limits.h.
namespace chipline::limits {

// A name as written in a report.
inline constexpr size_t kMaxMentionBytes = 256;
// The report's own words beside a value.
inline constexpr size_t kMaxVerbatimBytes = 1000;
// Other texts: a hop's sentence, a notice, a condition, a wording of the scope.
inline constexpr size_t kMaxTextBytes = 4000;
// Texts that tell things apart: order_id, rule_id, definition, product, fiscal_label.
inline constexpr size_t kMaxKeyBytes = 256;
inline constexpr size_t kMaxUrlBytes = 2048;
// RFC 5646, section 4.4.1: what every reader of language tags must have room for.
inline constexpr size_t kMaxLanguageBytes = 35;
inline constexpr size_t kMaxLabelKeyBytes = 64;
inline constexpr size_t kMaxLabelValueBytes = 1024;

inline constexpr int kMaxLinks = 16;
inline constexpr int kMaxLabels = 32;
inline constexpr int kMaxHops = 16;
inline constexpr int kMaxConversions = 16;
inline constexpr int kMaxConditions = 16;
inline constexpr int kMaxGates = 16;
// Companies, suppliers, buyers or chips of one figure or order.
inline constexpr int kMaxParties = 16;
// Chips, places or buyers that one rule names.
inline constexpr int kMaxRuleNames = 64;

inline constexpr int kMaxUnitsPer = 100'000;

// Dates whose bounds are kept while one request is read.
inline constexpr size_t kMaxCachedDates = 256;

}  // namespace chipline::limits

#endif  // CHIPLINE_SERVICES_KINDS_FIELD_LIMITS_H_
