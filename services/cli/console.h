#ifndef CHIPLINE_SERVICES_CLI_CONSOLE_H_
#define CHIPLINE_SERVICES_CLI_CONSOLE_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "google/protobuf/message.h"
#include "google/rpc/status.pb.h"

#include "services/cli/block.h"
#include "services/cli/credentials.h"
#include "services/cli/exit_code.h"
#include "services/cli/palette.h"
#include "services/cli/table.h"

namespace grpc {
class Status;
}  // namespace grpc

namespace chipline::cli {

// The flags that every subcommand has.
struct CommonOptions {
  std::string server = "127.0.0.1:7417";
  CredentialFlags credential_flags;
  // What to talk to it with: what their files hold.
  Credentials credentials;
  // For one call that is not a stream.
  absl::Duration timeout = absl::Seconds(10);
  bool json = false;
  // Of names: a BCP 47 tag; empty if none is asked for.
  std::string language;
  ColorMode color = ColorMode::kAuto;
};

// Where a subcommand prints: results to standard output, everything else to standard error. The one
// way there, so that what others wrote never drives the operator's terminal: blocks, tables and
// lines are escaped (services/words/visible_text.h), JSON is by JSON's own escapes, and a picture
// by the picture's. Not thread-safe.
class Console {
 public:
  explicit Console(const CommonOptions& options);

  const CommonOptions& options() const { return options_; }
  bool json() const { return options_.json; }
  // For text on standard output.
  const Palette& palette() const { return palette_; }
  // For text on standard error.
  const Palette& error_palette() const { return error_palette_; }
  // Columns of the terminal that standard output is; 0 if it is none.
  size_t width() const { return width_; }
  // Of the names in text: the one asked for, else on a terminal that of the locale, else none, so
  // that a pipe gets the same names under every locale.
  const std::string& language() const { return language_; }
  // Whether standard error is a terminal.
  bool error_is_terminal() const { return error_is_terminal_; }

  void Print(const Block& block);
  void Print(const Table& table);
  // One line, without its newline.
  void Line(std::string_view text);
  // One message as a line of JSON, flushed, so that a reader at the other end of a pipe is live.
  void PrintJson(const google::protobuf::Message& message);
  // The same, to be flushed with what follows.
  void AddJson(const google::protobuf::Message& message);
  // A drawing by services/picture.
  void PrintPicture(std::string_view svg);
  // A line of comment on standard error, without its newline, for example "reconnecting"; not with
  // --json, where standard error carries errors only, nor once standard output is broken.
  void Note(std::string_view line);

  // Shows an error on standard error, for people or as google.rpc.Status in JSON.
  void ShowError(const google::rpc::Status& status);
  ExitCode Fail(const grpc::Status& status);
  // How a call ended, with what gRPC itself says in plain words: the address that was tried, and
  // why it gave no answer.
  google::rpc::Status InWords(const grpc::Status& status) const;
  ExitCode Fail(const absl::Status& status);
  // The same for what the command line asks for and cannot be done.
  ExitCode Misuse(std::string_view message);

  // Whether standard output has failed to take something. A subcommand that prints for long asks,
  // to stop then.
  bool broken() const { return write_error_ != 0; }
  void Flush();
  // After the last of the output: `code`, or kFailed with a line that says why if standard output
  // did not take everything.
  ExitCode Finish(ExitCode code);

 private:
  void Write(std::string_view text);
  void WriteError(std::string_view text) const;

  CommonOptions options_;
  bool error_is_terminal_;
  Palette palette_;
  Palette error_palette_;
  size_t width_;
  size_t error_width_;
  std::string language_;
  // The errno of the first write that failed.
  int write_error_ = 0;
};

}  // namespace chipline::cli

#endif  // CHIPLINE_SERVICES_CLI_CONSOLE_H_
