#include "services/words/date_words.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <optional>

namespace chipline {
namespace {

constexpr std::array<std::string_view, 12> kMonths = {
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December"};

std::optional<int> Number(std::string_view digits) {
  int value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

// A year, a month, a day, a quarter (33 to 36) or a half (40 and 41), without qualifiers.
std::string PointWords(std::string_view point) {
  if (point.size() == 4) return std::string(point);
  const std::string_view year = point.substr(0, 4);
  const std::optional<int> second =
      point.size() >= 7 && point[4] == '-' ? Number(point.substr(5, 2)) : std::nullopt;
  if (!second) return std::string(point);
  if (point.size() == 7) {
    if (*second >= 33 && *second <= 36) return fmt::format("Q{} {}", *second - 32, year);
    if (*second == 40 || *second == 41) return fmt::format("H{} {}", *second - 39, year);
    if (*second >= 1 && *second <= 12) {
      return fmt::format("{} {}", kMonths[static_cast<size_t>(*second - 1)], year);
    }
    return std::string(point);
  }
  const std::optional<int> day =
      point.size() == 10 && point[7] == '-' ? Number(point.substr(8, 2)) : std::nullopt;
  if (!day || *second < 1 || *second > 12) return std::string(point);
  return fmt::format("{} {} {}", *day, kMonths[static_cast<size_t>(*second - 1)], year);
}

std::string QualifiedWords(std::string_view point) {
  if (point.empty()) return "";
  switch (point.back()) {
    case '~':
      return "about " + PointWords(point.substr(0, point.size() - 1));
    case '?':
      return "perhaps " + PointWords(point.substr(0, point.size() - 1));
    case '%':
      return "perhaps about " + PointWords(point.substr(0, point.size() - 1));
    default:
      return PointWords(point);
  }
}

}  // namespace

std::string EdtfWords(std::string_view edtf) {
  const size_t slash = edtf.find('/');
  if (slash == std::string_view::npos) return QualifiedWords(edtf);
  const std::string_view first = edtf.substr(0, slash);
  const std::string_view last = edtf.substr(slash + 1);
  if (first == "..") return "until " + QualifiedWords(last);
  if (last == "..") return "from " + QualifiedWords(first);
  return QualifiedWords(first) + " to " + QualifiedWords(last);
}

std::string DateWords(const v1::Date& date) { return EdtfWords(date.edtf()); }

std::string PeriodWords(const v1::Period& period) {
  if (period.kind() == v1::PERIOD_KIND_FISCAL) return period.fiscal_label() + " (fiscal)";
  return EdtfWords(period.edtf());
}

std::string IntervalWords(const v1::ValidInterval& interval) {
  if (interval.from().empty() && interval.to().empty()) return "at any time";
  if (interval.from().empty()) return "before " + PointWords(interval.to());
  if (interval.to().empty()) return "from " + PointWords(interval.from());
  return PointWords(interval.from()) + " until " + PointWords(interval.to());
}

std::string TimeWords(const google::protobuf::Timestamp& time) {
  return absl::FormatTime("%Y-%m-%d %H:%M:%SZ", absl::FromUnixSeconds(time.seconds()),
                          absl::UTCTimeZone());
}

}  // namespace chipline
