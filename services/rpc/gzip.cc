#include "services/rpc/gzip.h"

#include <zlib.h>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

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

absl::Status Damaged() { return BadFieldError("request", "is compressed with gzip, and damaged"); }

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

absl::StatusOr<grpc::ByteBuffer> Gunzip(const grpc::ByteBuffer& bytes, size_t max_bytes) {
  Inflater inflater;
  z_stream& stream = inflater.stream();
  std::string inflated;
  const auto step = std::make_unique<uint8_t[]>(kStepBytes);
  int state = Z_OK;
  for (const grpc::Slice& slice : SlicesOf(bytes)) {
    // zlib does not write there.
    stream.next_in = const_cast<uint8_t*>(slice.begin());
    stream.avail_in = static_cast<uInt>(slice.size());
    while (stream.avail_in > 0 && state != Z_STREAM_END) {
      stream.next_out = step.get();
      stream.avail_out = static_cast<uInt>(kStepBytes);
      state = inflate(&stream, Z_NO_FLUSH);
      if (state != Z_OK && state != Z_STREAM_END) return Damaged();
      const size_t made = kStepBytes - stream.avail_out;
      if (inflated.size() + made > max_bytes) {
        return BadFieldError(
            "request",
            fmt::format("is more than {} bytes once it is inflated; a request of this kind has at "
                        "most so many",
                        max_bytes));
      }
      inflated.append(reinterpret_cast<const char*>(step.get()), made);
    }
    if (stream.avail_in > 0) return Damaged();
  }
  if (state != Z_STREAM_END) return Damaged();
  const grpc::Slice whole(inflated);
  return grpc::ByteBuffer(&whole, 1);
}

}  // namespace chipline
