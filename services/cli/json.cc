#include "services/cli/json.h"

#include <fmt/format.h>

#include <utility>

#include "google/protobuf/util/json_util.h"

#include "services/words/visible_text.h"

namespace chipline::cli {

std::string JsonLine(const google::protobuf::Message& message) {
  std::string line;
  const auto status = google::protobuf::util::MessageToJsonString(message, &line);
  // Only an Any of an unknown type cannot be printed.
  if (!status.ok()) return fmt::format("{{\"unprintable\":\"{}\"}}", message.GetTypeName());
  return VisibleJson(std::move(line));
}

}  // namespace chipline::cli
