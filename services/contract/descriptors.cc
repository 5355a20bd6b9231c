#include "services/contract/descriptors.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_set.h"

#include "services/contract/embedded.h"
#include "storage/check.h"

namespace chipline::contract {

using google::protobuf::DescriptorPool;
using google::protobuf::FieldDescriptor;
using google::protobuf::FileDescriptor;
using google::protobuf::FileDescriptorProto;

std::string_view DescriptorSet() {
  for (const EmbeddedFile& file : EmbeddedFiles()) {
    if (file.name == kDescriptorSet) return file.bytes;
  }
  return {};
}

Descriptors::Descriptors(const std::vector<std::string>& services) {
  google::protobuf::FileDescriptorSet set;
  const std::string_view bytes = DescriptorSet();
  CHECK(!bytes.empty() && set.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())));
  // protoc puts each file after those that it imports.
  for (const FileDescriptorProto& file : set.file()) Add(file);
  for (const std::string& service : services) {
    if (pool_.FindServiceByName(service) != nullptr) continue;
    const auto* known = DescriptorPool::generated_pool()->FindServiceByName(service);
    if (known != nullptr) AddFromProgram(*known->file());
  }
}

void Descriptors::Add(const FileDescriptorProto& file) {
  bytes_.emplace(file.name(), file.SerializeAsString());
  // The pool is for finding; what is told comes from the bytes.
  FileDescriptorProto plain = file;
  plain.clear_source_code_info();
  CHECK(pool_.BuildFile(plain) != nullptr);
}

void Descriptors::AddFromProgram(const FileDescriptor& file) {
  if (pool_.FindFileByName(file.name()) != nullptr) return;
  for (int i = 0; i < file.dependency_count(); ++i) AddFromProgram(*file.dependency(i));
  FileDescriptorProto described;
  file.CopyTo(&described);
  file.CopyJsonNameTo(&described);
  Add(described);
}

const FileDescriptor* Descriptors::FindFile(const std::string& name) const {
  return pool_.FindFileByName(name);
}

const FileDescriptor* Descriptors::FindFileOfSymbol(const std::string& symbol) const {
  return pool_.FindFileContainingSymbol(symbol);
}

const google::protobuf::Descriptor* Descriptors::FindMessage(const std::string& name) const {
  return pool_.FindMessageTypeByName(name);
}

const FieldDescriptor* Descriptors::FindExtension(const std::string& message, int number) const {
  const auto* extended = FindMessage(message);
  return extended == nullptr ? nullptr : pool_.FindExtensionByNumber(extended, number);
}

std::vector<int> Descriptors::ExtensionNumbers(const google::protobuf::Descriptor& message) const {
  std::vector<const FieldDescriptor*> extensions;
  pool_.FindAllExtensions(&message, &extensions);
  std::vector<int> numbers;
  for (const FieldDescriptor* extension : extensions) numbers.push_back(extension->number());
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

std::vector<std::string_view> Descriptors::WithImports(const FileDescriptor& file) const {
  std::vector<const FileDescriptor*> files = {&file};
  absl::flat_hash_set<const FileDescriptor*> seen = {&file};
  std::vector<std::string_view> answer;
  for (size_t next = 0; next < files.size(); ++next) {
    const FileDescriptor& each = *files[next];
    answer.push_back(bytes_.at(each.name()));
    for (int i = 0; i < each.dependency_count(); ++i) {
      if (seen.insert(each.dependency(i)).second) files.push_back(each.dependency(i));
    }
  }
  return answer;
}

}  // namespace chipline::contract
