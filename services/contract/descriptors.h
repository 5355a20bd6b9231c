#ifndef CHIPLINE_SERVICES_CONTRACT_DESCRIPTORS_H_
#define CHIPLINE_SERVICES_CONTRACT_DESCRIPTORS_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/descriptor.pb.h"

namespace chipline::contract {

// What clients without the contract may be told of it: the published files, with their comments and
// JSON names, and the files of whatever else the server serves. Immutable, so safe to share.
class Descriptors {
 public:
  // `services` are the full names of those that the server serves. One that is not published, such
  // as gRPC's own, is taken from the program, without comments.
  explicit Descriptors(const std::vector<std::string>& services);

  // Null if there is none. A symbol is a service, method, message, field, oneof, enum or enum value
  // by its full name.
  const google::protobuf::FileDescriptor* FindFile(const std::string& name) const;
  const google::protobuf::FileDescriptor* FindFileOfSymbol(const std::string& symbol) const;
  const google::protobuf::Descriptor* FindMessage(const std::string& name) const;
  const google::protobuf::FieldDescriptor* FindExtension(const std::string& message,
                                                         int number) const;
  // In ascending order.
  std::vector<int> ExtensionNumbers(const google::protobuf::Descriptor& message) const;

  // The file, and after it every file that it needs, each once, as the bytes of a
  // google.protobuf.FileDescriptorProto.
  std::vector<std::string_view> WithImports(const google::protobuf::FileDescriptor& file) const;

 private:
  void Add(const google::protobuf::FileDescriptorProto& file);
  void AddFromProgram(const google::protobuf::FileDescriptor& file);

  google::protobuf::DescriptorPool pool_;
  // By name.
  absl::flat_hash_map<std::string, std::string> bytes_;
};

}  // namespace chipline::contract

#endif  // CHIPLINE_SERVICES_CONTRACT_DESCRIPTORS_H_
