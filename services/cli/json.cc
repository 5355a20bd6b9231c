#include "services/cli/json.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "google/protobuf/util/json_util.h"

#include "services/words/visible_text.h"
#include "storage/protobuf_json.h"

namespace chipline::cli {
namespace {

using google::protobuf::util::MessageToJsonString;

// Protobuf's parser shows where JSON is malformed as three lines: what, a piece of the text, and a
// caret below it. The piece is up to 20 bytes to both sides of the place.
bool LocateByCaret(std::string_view text, std::string_view error, JsonProblem& problem) {
  const size_t first = error.find('\n');
  const size_t second = first == std::string_view::npos ? first : error.find('\n', first + 1);
  if (second == std::string_view::npos) return false;
  const std::string_view piece = error.substr(first + 1, second - first - 1);
  const size_t caret = error.find('^', second);
  if (caret == std::string_view::npos) return false;
  problem.message = error.substr(0, first);
  const size_t found = text.find(piece);
  if (found != std::string_view::npos) problem.column = found + (caret - second - 1) + 1;
  return true;
}

// A value that does not fit its field is told by the field's path; the last part of it is a key in
// the text.
void LocateByPath(std::string_view text, std::string_view path, JsonProblem& problem) {
  size_t from = 0;
  while (!path.empty()) {
    const size_t dot = path.find('.');
    std::string_view part = path.substr(0, dot);
    path.remove_prefix(dot == std::string_view::npos ? path.size() : dot + 1);
    part = part.substr(0, part.find('['));
    const size_t found = text.find(fmt::format("\"{}\"", part), from);
    if (found == std::string_view::npos) continue;
    problem.column = found + 1;
    from = found;
  }
}

}  // namespace

std::string JsonLine(const google::protobuf::Message& message) {
  std::string line;
  const auto status = MessageToJsonString(message, &line);
  // Only an Any of an unknown type cannot be printed.
  if (!status.ok()) return fmt::format("{{\"unprintable\":\"{}\"}}", message.GetTypeName());
  return VisibleJson(std::move(line));
}

bool ParseJson(std::string_view text, google::protobuf::Message& message, JsonProblem& problem) {
  // The library takes an empty text for an empty message.
  if (std::all_of(text.begin(), text.end(), [](char c) { return c == ' ' || c == '\t'; })) {
    problem = {1, "empty line"};
    return false;
  }
  const absl::Status status = ReadProtobufJson(text, message);
  if (status.ok()) return true;
  const std::string error(status.message().data(), status.message().size());
  problem = {0, error};
  if (LocateByCaret(text, error, problem)) return false;
  // "(path): what" with "what" often "invalid value …", or "(path) name: Cannot find field.".
  std::string path = error.substr(0, error.find(':'));
  std::erase_if(path, [](char c) { return c == '(' || c == ')'; });
  std::replace(path.begin(), path.end(), ' ', '.');
  LocateByPath(text, path, problem);
  return false;
}

}  // namespace chipline::cli
