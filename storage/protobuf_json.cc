#include "storage/protobuf_json.h"

#include <string>

#include "google/protobuf/stubs/logging.h"
#include "google/protobuf/util/json_util.h"

namespace chipline {

absl::Status ReadProtobufJson(std::string_view text, google::protobuf::Message& message) {
  try {
    const auto read = google::protobuf::util::JsonStringToMessage(
        {text.data(), text.size()}, &message, google::protobuf::util::JsonParseOptions());
    if (read.ok()) return absl::OkStatus();
    return absl::InvalidArgumentError(std::string(read.message().data(), read.message().size()));
  } catch (const google::protobuf::FatalException&) {
    return absl::InvalidArgumentError("not JSON");
  }
}

}  // namespace chipline
