#include "services/contract/reflection_answers.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"

namespace chipline::contract {
namespace {

using grpc::reflection::v1::ServerReflectionRequest;
using grpc::reflection::v1::ServerReflectionResponse;

void Fail(absl::StatusCode code, const char* words, ServerReflectionResponse& answer) {
  answer.mutable_error_response()->set_error_code(static_cast<int>(code));
  answer.mutable_error_response()->set_error_message(words);
}

std::vector<std::string> Sorted(std::vector<std::string> services) {
  std::sort(services.begin(), services.end());
  return services;
}

}  // namespace

ReflectionAnswers::ReflectionAnswers(std::vector<std::string> services)
    : services_(Sorted(std::move(services))), descriptors_(services_) {}

ServerReflectionResponse ReflectionAnswers::Answer(const ServerReflectionRequest& question) const {
  constexpr absl::StatusCode kNotFound = absl::StatusCode::kNotFound;
  ServerReflectionResponse answer;
  answer.set_valid_host(question.host());
  *answer.mutable_original_request() = question;
  const auto tell = [&](const google::protobuf::FileDescriptor* file, const char* otherwise) {
    if (file == nullptr) return Fail(kNotFound, otherwise, answer);
    for (const std::string_view bytes : descriptors_.WithImports(*file)) {
      answer.mutable_file_descriptor_response()->add_file_descriptor_proto(bytes.data(),
                                                                           bytes.size());
    }
  };
  switch (question.message_request_case()) {
    case ServerReflectionRequest::kFileByFilename:
      tell(descriptors_.FindFile(question.file_by_filename()), "File not found.");
      break;
    case ServerReflectionRequest::kFileContainingSymbol:
      tell(descriptors_.FindFileOfSymbol(question.file_containing_symbol()), "Symbol not found.");
      break;
    case ServerReflectionRequest::kFileContainingExtension: {
      const auto& asked = question.file_containing_extension();
      const auto* extension =
          descriptors_.FindExtension(asked.containing_type(), asked.extension_number());
      tell(extension == nullptr ? nullptr : extension->file(), "Extension not found.");
      break;
    }
    case ServerReflectionRequest::kAllExtensionNumbersOfType: {
      const auto* message = descriptors_.FindMessage(question.all_extension_numbers_of_type());
      if (message == nullptr) {
        Fail(kNotFound, "Type not found.", answer);
        break;
      }
      auto& numbers = *answer.mutable_all_extension_numbers_response();
      numbers.set_base_type_name(message->full_name());
      for (const int number : descriptors_.ExtensionNumbers(*message)) {
        numbers.add_extension_number(number);
      }
      break;
    }
    case ServerReflectionRequest::kListServices:
      for (const std::string& service : services_) {
        answer.mutable_list_services_response()->add_service()->set_name(service);
      }
      break;
    case ServerReflectionRequest::MESSAGE_REQUEST_NOT_SET:
      Fail(absl::StatusCode::kUnimplemented, "This kind of question is not known.", answer);
      break;
  }
  return answer;
}

}  // namespace chipline::contract
