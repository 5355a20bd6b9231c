#ifndef CHIPLINE_SERVICES_RPC_MESSAGE_BUILDER_H_
#define CHIPLINE_SERVICES_RPC_MESSAGE_BUILDER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "google/protobuf/message.h"
#include "grpcpp/support/byte_buffer.h"

#include "storage/cursor.h"

namespace chipline {

// Puts a message together from fields and from stored bytes, which are sent where they lie: a large
// slice is handed to gRPC with a hold on its block; a small one is copied, so that a few matching
// bytes do not keep a whole block in memory. A value, for one thread.
class MessageBuilder {
 public:
  // A uint64, uint32 or bool field; 0 is left out, as proto3 does.
  void AddNumber(int field, uint64_t value);
  // A string or bytes field; an empty one is left out.
  void AddText(int field, std::string_view value);
  // A message field, also if it is empty: that is how a oneof says which.
  void AddMessage(int field, const google::protobuf::MessageLite& value);
  // The tag and length of a message field; the next `size` bytes added are its content.
  void OpenMessage(int field, size_t size);
  // Whole fields, as they are.
  void AddSlice(const storage::BlockSlice& slice);
  // The same for bytes that nothing holds: copied.
  void AddBytes(std::string_view fields);

  size_t bytes() const { return flushed_bytes_ + pending_.size(); }
  grpc::ByteBuffer Build() &&;

 private:
  void Flush();

  // What is not yet in a slice.
  std::string pending_;
  std::vector<grpc::Slice> slices_;
  size_t flushed_bytes_ = 0;
};

}  // namespace chipline

#endif  // CHIPLINE_SERVICES_RPC_MESSAGE_BUILDER_H_
