#include "services/cli/console.h"

#include <fmt/format.h>
#include <grpcpp/support/status.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>

#include "services/cli/json.h"
#include "services/cli/status_words.h"
#include "services/rpc/status.h"

namespace chipline::cli {
namespace {

size_t TerminalWidth(int descriptor) {
  if (isatty(descriptor) == 0) return 0;
  winsize size{};
  if (ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return size.ws_col;
}

}  // namespace

Console::Console(const CommonOptions& options)
    : options_(options),
      error_is_terminal_(isatty(STDERR_FILENO) != 0),
      palette_(Palette::For(options.color, isatty(STDOUT_FILENO) != 0)),
      error_palette_(Palette::For(options.color, error_is_terminal_)),
      width_(TerminalWidth(STDOUT_FILENO)) {}

void Console::Print(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); }

void Console::PrintJson(const google::protobuf::Message& message) {
  Print(JsonLine(message) + "\n");
  std::fflush(stdout);
}

void Console::Note(std::string_view line) {
  if (options_.json) return;
  fmt::print(stderr, "{}\n", error_palette_.Paint(Tone::kFaint, line));
}

void Console::ShowError(const google::rpc::Status& status) {
  std::fflush(stdout);
  if (options_.json) {
    fmt::print(stderr, "{}\n", JsonLine(status));
  } else {
    fmt::print(stderr, "{}", StatusWords(status, error_palette_));
  }
}

ExitCode Console::Fail(const grpc::Status& status) {
  google::rpc::Status shown = ToRpcStatus(FromGrpcStatus(status));
  if (shown.details_size() == 0) {
    shown.set_message(TransportWords(shown.code(), shown.message(),
                                     {options_.server, !options_.credentials.ca.empty(),
                                      !options_.credentials.certificate.empty()}));
  }
  ShowError(shown);
  return ExitCode::kFailed;
}

ExitCode Console::Fail(const absl::Status& status) {
  ShowError(ToRpcStatus(status));
  return ExitCode::kFailed;
}

ExitCode Console::Misuse(std::string_view message) {
  google::rpc::Status status;
  status.set_code(static_cast<int>(absl::StatusCode::kInvalidArgument));
  status.set_message(std::string(message));
  if (options_.json) {
    ShowError(status);
  } else {
    fmt::print(stderr, "chipline: {}\n", message);
  }
  return ExitCode::kMisused;
}

bool Console::Flush() { return std::fflush(stdout) == 0 && std::ferror(stdout) == 0; }

}  // namespace chipline::cli
