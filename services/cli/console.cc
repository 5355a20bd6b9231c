#include "services/cli/console.h"

#include <fmt/format.h>
#include <grpcpp/support/status.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "absl/strings/numbers.h"

#include "services/cli/json.h"
#include "services/cli/proxy.h"
#include "services/cli/status_words.h"
#include "services/rpc/status.h"
#include "services/words/visible_text.h"

namespace chipline::cli {
namespace {

constexpr size_t kMaxColumns = 100'000;

// What COLUMNS says, 0 if nothing.
size_t WidthAsked() {
  const char* columns = std::getenv("COLUMNS");
  size_t width = 0;
  return columns != nullptr && absl::SimpleAtoi(columns, &width) && width < kMaxColumns ? width : 0;
}

// As ls, git and column do: COLUMNS wins, whatever standard output is. A pipe without it is as wide
// as the text.
size_t TerminalWidth(int descriptor) {
  if (const size_t asked = WidthAsked(); asked > 0) return asked;
  if (isatty(descriptor) == 0) return 0;
  winsize size{};
  if (ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return size.ws_col;
}

// The language of messages: "ar" of "ar_EG.UTF-8", "zh-TW" of "zh_TW". Empty for C and POSIX.
std::string LocaleLanguage() {
  for (const char* variable : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    const char* value = std::getenv(variable);
    if (value == nullptr || *value == '\0') continue;
    std::string language(value, std::strcspn(value, ".@"));
    if (language == "C" || language == "POSIX") return "";
    std::replace(language.begin(), language.end(), '_', '-');
    return language;
  }
  return "";
}

std::string LanguageFor(const CommonOptions& options) {
  if (!options.language.empty()) return options.language;
  return isatty(STDOUT_FILENO) != 0 ? LocaleLanguage() : "";
}

}  // namespace

Console::Console(const CommonOptions& options)
    : options_(options),
      error_is_terminal_(isatty(STDERR_FILENO) != 0),
      palette_(Palette::For(options.color, isatty(STDOUT_FILENO) != 0)),
      error_palette_(Palette::For(options.color, error_is_terminal_)),
      width_(TerminalWidth(STDOUT_FILENO)),
      error_width_(TerminalWidth(STDERR_FILENO)),
      language_(LanguageFor(options)) {}

void Console::Write(std::string_view text) {
  if (broken()) return;
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size()) write_error_ = errno;
}

void Console::Flush() {
  if (!broken() && std::fflush(stdout) != 0) write_error_ = errno;
}

void Console::WriteError(std::string_view text) const {
  std::fwrite(text.data(), 1, text.size(), stderr);
}

void Console::Print(const Block& block) { Write(block.text()); }

void Console::Print(const Table& table) { Write(table.Render(palette_, width_)); }

void Console::Line(std::string_view text) { Write(VisibleText(text) + "\n"); }

void Console::AddJson(const google::protobuf::Message& message) { Write(JsonLine(message) + "\n"); }

void Console::PrintJson(const google::protobuf::Message& message) {
  AddJson(message);
  Flush();
}

void Console::PrintPicture(std::string_view svg) { Write(svg); }

void Console::Note(std::string_view line) {
  // Results stand before what is said of them.
  Flush();
  if (options_.json || broken()) return;
  Block block(error_palette_, error_width_);
  block.Prose({}, line, 0, Tone::kFaint);
  WriteError(block.text());
}

void Console::ShowError(const google::rpc::Status& status) {
  Flush();
  if (options_.json) {
    WriteError(JsonLine(status) + "\n");
    return;
  }
  Block block(error_palette_, error_width_);
  RenderStatus(status, block);
  WriteError(block.text());
}

google::rpc::Status Console::InWords(const grpc::Status& status) const {
  google::rpc::Status shown = ToRpcStatus(FromGrpcStatus(status));
  if (shown.details_size() > 0) return shown;
  const std::string proxy = ProxyFor(options_.server);
  shown.set_message(TransportWords(shown.code(), shown.message(),
                                   {options_.server, !options_.credentials.ca.empty(),
                                    !options_.credentials.certificate.empty(), proxy}));
  return shown;
}

ExitCode Console::Fail(const grpc::Status& status) {
  ShowError(InWords(status));
  return ExitCode::kFailed;
}

ExitCode Console::Fail(const absl::Status& status) {
  ShowError(ToRpcStatus(status));
  return ExitCode::kFailed;
}

ExitCode Console::Misuse(std::string_view message) {
  if (options_.json) {
    ShowError(ToRpcStatus(absl::InvalidArgumentError(std::string(message))));
  } else {
    Block block(error_palette_, error_width_);
    block.Prose({"chipline: "}, message, 2);
    WriteError(block.text());
  }
  return ExitCode::kMisused;
}

ExitCode Console::Finish(ExitCode code) {
  Flush();
  if (!broken()) return code;
  const std::string words =
      fmt::format("cannot write to standard output: {}", std::strerror(write_error_));
  if (options_.json) {
    ShowError(ToRpcStatus(absl::FailedPreconditionError(words)));
  } else {
    WriteError(fmt::format("chipline: {}\n", words));
  }
  return ExitCode::kFailed;
}

}  // namespace chipline::cli
