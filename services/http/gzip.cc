#include "services/http/gzip.h"

#include <zlib.h>

#include <algorithm>

#include "absl/strings/match.h"

#include "fmt/format.h"
#include "services/rpc/gzip.h"
#include "storage/check.h"
#include "storage/error.h"

namespace chipline::http {
namespace {

// The largest window, in gzip's frame.
constexpr int kGzipWindow = MAX_WBITS + 16;
constexpr int kMemoryLevel = 8;

// zlib does not write to what it reads.
Bytef* InputOf(std::string_view bytes) {
  return reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
}

bool EqualsIgnoreCase(std::string_view a, std::string_view b) {
  return absl::EqualsIgnoreCase(absl::string_view(a.data(), a.size()),
                                absl::string_view(b.data(), b.size()));
}

// An entry of a list of encodings: a name, and perhaps ";q=" and a weight, of which 0 is "not".
bool IsGzip(std::string_view entry) {
  const size_t end = entry.find(';');
  if (!EqualsIgnoreCase(Trimmed(entry.substr(0, end)), "gzip")) return false;
  if (end == std::string_view::npos) return true;
  std::string_view weight = Trimmed(entry.substr(end + 1));
  if (weight.size() < 2 || !EqualsIgnoreCase(weight.substr(0, 2), "q=")) return true;
  weight.remove_prefix(2);
  return weight.find_first_not_of("0.") != std::string_view::npos;
}

}  // namespace

absl::StatusOr<std::string> Gunzip(std::string_view bytes, size_t max_bytes) {
  std::string all;
  switch (Inflate({bytes}, max_bytes, all)) {
    case Inflated::kWhole:
      return all;
    case Inflated::kTooLarge:
      return Error(absl::StatusCode::kResourceExhausted, "REQUEST_TOO_LARGE",
                   fmt::format("the request is compressed and inflates to more than {} bytes, "
                               "which are the most",
                               max_bytes));
    case Inflated::kDamaged:
      break;
  }
  return BadFieldError("request", "says that it is gzip, and is not one whole member");
}

std::string Gzip(std::string_view bytes) {
  z_stream stream{};
  CHECK(deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, kGzipWindow, kMemoryLevel,
                     Z_DEFAULT_STRATEGY) == Z_OK);
  std::string all(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = InputOf(bytes);
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(all.data());
  stream.avail_out = static_cast<uInt>(all.size());
  // There is room for all of it.
  CHECK(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  all.resize(all.size() - stream.avail_out);
  deflateEnd(&stream);
  return all;
}

bool AcceptsGzip(const Fields& fields, std::string_view name) {
  for (const auto& [field, value] : fields) {
    if (field != name) continue;
    std::string_view rest = value;
    while (!rest.empty()) {
      const size_t comma = std::min(rest.find(','), rest.size());
      if (IsGzip(rest.substr(0, comma))) return true;
      rest.remove_prefix(std::min(comma + 1, rest.size()));
    }
  }
  return false;
}

}  // namespace chipline::http
