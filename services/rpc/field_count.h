#ifndef CHIPLINE_SERVICES_RPC_FIELD_COUNT_H_
#define CHIPLINE_SERVICES_RPC_FIELD_COUNT_H_

#include <cstddef>

#include "google/protobuf/descriptor.h"
#include "grpcpp/support/byte_buffer.h"

namespace chipline {

// Whether the bytes of a message have more than `limit` fields, those of the messages in it and
// fields that `type` does not know among them. Looks at the bytes alone and stops at the limit, so
// it costs a fraction of parsing them and no memory. Protobuf has no such limit of its own. False
// of bytes that are no message, which parsing them will tell.
bool HasMoreFields(const grpc::ByteBuffer& bytes, const google::protobuf::Descriptor& type,
                   size_t limit);

}  // namespace chipline

#endif  // CHIPLINE_SERVICES_RPC_FIELD_COUNT_H_
