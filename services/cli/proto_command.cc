#include <fmt/format.h>

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>

#include "google/protobuf/struct.pb.h"

#include "CLI/CLI.hpp"
#include "services/cli/commands.h"
#include "services/contract/embedded.h"
#include "storage/file.h"
#include "storage/status_macros.h"

namespace chipline::cli {
namespace {

struct ProtoFlags {
  std::string out;
  std::string descriptor_set;
};

absl::Status Write(const std::filesystem::path& path, std::string_view bytes) {
  std::error_code failed;
  if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), failed);
  if (failed) {
    return absl::FailedPreconditionError(
        fmt::format("{} cannot be made: {}", path.parent_path().string(), failed.message()));
  }
  const absl::Status written = storage::ReplaceFile(path, bytes);
  // No server that could be asked again.
  return written.ok() ? written : absl::FailedPreconditionError(written.message());
}

// How many files were written.
absl::StatusOr<size_t> WriteFiles(const std::filesystem::path& folder) {
  size_t written = 0;
  for (const contract::EmbeddedFile& file : contract::EmbeddedFiles()) {
    if (file.name == contract::kDescriptorSet) continue;
    RETURN_IF_ERROR(Write(folder / file.name, file.bytes));
    ++written;
  }
  return written;
}

ExitCode Run(const ProtoFlags& flags, Console& console) {
  if (flags.out.empty() && flags.descriptor_set.empty()) {
    return console.Misuse("--out DIR or --descriptor-set FILE is needed, or both");
  }
  google::protobuf::Struct result;
  auto& fields = *result.mutable_fields();
  if (!flags.out.empty()) {
    const absl::StatusOr<size_t> written = WriteFiles(flags.out);
    if (!written.ok()) return console.Fail(written.status());
    fields["files"].set_number_value(static_cast<double>(*written));
    if (!console.json()) {
      console.Line(fmt::format("{} .proto files are in {}; begin with chipline/v1/*_service.proto.",
                               *written, flags.out));
    }
  }
  if (!flags.descriptor_set.empty()) {
    const std::string_view bytes = contract::DescriptorSet();
    const absl::Status written = Write(flags.descriptor_set, bytes);
    if (!written.ok()) return console.Fail(written);
    fields["descriptorSetBytes"].set_number_value(static_cast<double>(bytes.size()));
    if (!console.json()) {
      console.Line(fmt::format("The descriptor set is in {}.", flags.descriptor_set));
    }
  }
  if (console.json()) console.PrintJson(result);
  return ExitCode::kDone;
}

}  // namespace

Command AddProtoCommand(CLI::App& root) {
  auto flags = std::make_shared<ProtoFlags>();
  CLI::App* command =
      root.add_subcommand("proto", "Write the contract, to make a client in any language from it");
  command->footer(
      "Files that are there already are written over. For Python, for example:\n"
      "chipline proto --out proto\n"
      "protoc -Iproto --python_out=. proto/chipline/v1/*.proto proto/google/rpc/*.proto");
  command->add_option("--out", flags->out,
                      "folder for the .proto files, as a tree that protoc reads");
  command->add_option("--descriptor-set", flags->descriptor_set,
                      "file for all of it as a google.protobuf.FileDescriptorSet, with comments");
  return {command, [flags](Console& console) { return Run(*flags, console); }};
}

}  // namespace chipline::cli
