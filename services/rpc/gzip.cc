#include "services/rpc/gzip.h"

#include <zlib.h>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <memory>

#include "grpcpp/support/slice.h"

#include "fmt/format.h"
#include "storage/check.h"
#include "storage/error.h"

namespace chipline {
namespace {

constexpr uint8_t kMagic[] = {0x1f, 0x8b};
// zlib's: a gzip header, and the largest window.
constexpr int kGzipWindowBits = 16 + MAX_WBITS;
constexpr size_t kStepBytes = size_t{32} * 1024;

std::vector<grpc::Slice> SlicesOf(const grpc::ByteBuffer& bytes) {
  std::vector<grpc::Slice> slices;
  if (bytes.Valid() && !bytes.Dump(&slices).ok()) slices.clear();
  return slices;
}

// A z_stream for as long as it lives.
class Inflater {
 public:
  Inflater() { CHECK(inflateInit2(&stream_, kGzipWindowBits) == Z_OK); }
  ~Inflater() { inflateEnd(&stream_); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  z_stream& stream() { return stream_; }

 private:
  z_stream stream_{};
};

}  // namespace

bool IsGzip(const grpc::ByteBuffer& bytes) {
  if (bytes.Length() < sizeof(kMagic)) return false;
  // What nearly all requests are, without the allocation below.
  if (grpc::Slice whole; bytes.TrySingleSlice(&whole).ok()) {
    return std::equal(std::begin(kMagic), std::end(kMagic), whole.begin());
  }
  size_t at = 0;
  for (const grpc::Slice& slice : SlicesOf(bytes)) {
    for (const uint8_t byte : slice) {
      if (byte != kMagic[at]) return false;
      if (++at == sizeof(kMagic)) return true;
    }
  }
  return false;
}

Inflated Inflate(const std::vector<std::string_view>& parts, size_t max_bytes, std::string& bytes) {
  Inflater inflater;
  z_stream& stream = inflater.stream();
  const size_t begin = bytes.size();
  const auto step = std::make_unique<uint8_t[]>(kStepBytes);
  int state = Z_OK;
  for (const std::string_view part : parts) {
    // zlib does not write there.
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(part.data()));
    stream.avail_in = static_cast<uInt>(part.size());
    while (stream.avail_in > 0 && state != Z_STREAM_END) {
      stream.next_out = step.get();
      stream.avail_out = static_cast<uInt>(kStepBytes);
      state = inflate(&stream, Z_NO_FLUSH);
      if (state != Z_OK && state != Z_STREAM_END) return Inflated::kDamaged;
      bytes.append(reinterpret_cast<const char*>(step.get()), kStepBytes - stream.avail_out);
      if (bytes.size() - begin > max_bytes) return Inflated::kTooLarge;
    }
    if (stream.avail_in > 0) return Inflated::kDamaged;
  }
  return state == Z_STREAM_END ? Inflated::kWhole : Inflated::kDamaged;
}

absl::StatusOr<grpc::ByteBuffer> Gunzip(const grpc::ByteBuffer& bytes, size_t max_bytes) {
  const std::vector<grpc::Slice> slices = SlicesOf(bytes);
  std::vector<std::string_view> parts;
  parts.reserve(slices.size());
  for (const grpc::Slice& slice : slices) {
    parts.emplace_back(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  std::string inflated;
  switch (Inflate(parts, max_bytes, inflated)) {
    case Inflated::kWhole:
      break;
    case Inflated::kTooLarge:
      return BadFieldError("request",
                           fmt::format("is more than {} bytes once it is inflated; a request of "
                                       "this kind has at most so many",
                                       max_bytes));
    case Inflated::kDamaged:
      return BadFieldError("request", "is compressed with gzip, and damaged");
  }
  const grpc::Slice whole(inflated);
  return grpc::ByteBuffer(&whole, 1);
}

}  // namespace chipline
