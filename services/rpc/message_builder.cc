#include "services/rpc/message_builder.h"

#include <memory>
#include <utility>

#include "grpcpp/support/slice.h"

#include "storage/wire.h"

namespace chipline {
namespace {

using BlockHold = std::shared_ptr<const storage::Block>;

// A slice of this size costs gRPC about as much to carry as to copy.
constexpr size_t kMinSharedBytes = 1024;
// A slice smaller than this part of its block would hold more memory than it saves work.
constexpr size_t kMinSharedPart = 4;

// gRPC's slices are freed by a plain function with a plain pointer, so the hold travels as one.
void ReleaseHold(void* hold) { std::unique_ptr<BlockHold> owned(static_cast<BlockHold*>(hold)); }

grpc::Slice SharedSlice(const storage::BlockSlice& slice) {
  auto hold = std::make_unique<BlockHold>(slice.block);
  // gRPC wants a pointer to what is not const, and does not write there.
  return grpc::Slice(const_cast<char*>(slice.bytes.data()), slice.bytes.size(), ReleaseHold,
                     hold.release());
}

}  // namespace

void MessageBuilder::AddNumber(int field, uint64_t value) { AppendNumber(field, value, pending_); }

void MessageBuilder::AddText(int field, std::string_view value) {
  if (value.empty()) return;
  AppendBytes(field, value, pending_);
}

void MessageBuilder::AddMessage(int field, const google::protobuf::MessageLite& value) {
  OpenMessage(field, value.ByteSizeLong());
  value.AppendPartialToString(&pending_);
}

void MessageBuilder::OpenMessage(int field, size_t size) { OpenBytes(field, size, pending_); }

void MessageBuilder::AddSlice(const storage::BlockSlice& slice) {
  const size_t size = slice.bytes.size();
  if (size < kMinSharedBytes || size * kMinSharedPart < slice.block->stored().size()) {
    AddBytes(slice.bytes);
    return;
  }
  Flush();
  slices_.push_back(SharedSlice(slice));
  flushed_bytes_ += size;
}

void MessageBuilder::AddBytes(std::string_view fields) { pending_.append(fields); }

grpc::ByteBuffer MessageBuilder::Build() && {
  Flush();
  grpc::ByteBuffer message(slices_.data(), slices_.size());
  slices_.clear();
  return message;
}

void MessageBuilder::Flush() {
  if (pending_.empty()) return;
  flushed_bytes_ += pending_.size();
  slices_.emplace_back(pending_);
  pending_.clear();
}

}  // namespace chipline
