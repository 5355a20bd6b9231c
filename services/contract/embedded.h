#ifndef CHIPLINE_SERVICES_CONTRACT_EMBEDDED_H_
#define CHIPLINE_SERVICES_CONTRACT_EMBEDDED_H_

#include <span>
#include <string_view>

// The published contract as the build put it into the program.
namespace chipline::contract {

struct EmbeddedFile {
  // For example "chipline/v1/event.proto".
  std::string_view name;
  std::string_view bytes;
};

// A google.protobuf.FileDescriptorSet of all published files and what they import, with comments
// and JSON names.
inline constexpr std::string_view kDescriptorSet = "chipline.protoset";

// The descriptor set, and the published .proto files as they were written, without those of
// google/protobuf, which come with every protoc.
std::span<const EmbeddedFile> EmbeddedFiles();

// The bytes of kDescriptorSet.
std::string_view DescriptorSet();

}  // namespace chipline::contract

#endif  // CHIPLINE_SERVICES_CONTRACT_EMBEDDED_H_
