#include "services/server/grpc_log.h"

#include <cstdlib>
#include <memory>
#include <string>

#include "grpc/support/log.h"

#include "fmt/format.h"
#include "services/server/log_line.h"
#include "services/words/visible_text.h"

namespace chipline::server {
namespace {

// gRPC prints this as an error like any other, and then aborts.
bool IsLastWord(std::string_view message) { return message.starts_with("assertion failed"); }

// Whoever looks for a fault in gRPC wants its own words, and all of them.
bool IsAskedToTalk() {
  return std::getenv("GRPC_VERBOSITY") != nullptr || std::getenv("GRPC_TRACE") != nullptr;
}

// The program's one. gRPC's function has no argument for it, and threads of gRPC may use it while
// the program ends, so it is never deleted.
GrpcLog& ProgramLog() {
  static const SystemClock clock;
  static GrpcLog* const log = std::make_unique<GrpcLog>(clock, [](const Notice& notice) {
                                LogLineOf(notice.warning ? LogLevel::kWarning : LogLevel::kError,
                                          notice.message, notice.fields);
                              }).release();
  return *log;
}

std::string SourceOf(const gpr_log_func_args& line) {
  const std::string_view path = line.file;
  return fmt::format("{}:{}", path.substr(path.rfind('/') + 1), line.line);
}

void Tell(gpr_log_func_args* line) { ProgramLog().Note(SourceOf(*line), line->message); }

void PrintLastWord(gpr_log_func_args* line) {
  if (!IsLastWord(line->message)) return;
  fmt::print(stderr, "gRPC, {}: {}\n", SourceOf(*line), VisibleText(line->message));
}

}  // namespace

void GrpcLog::Note(std::string_view source, std::string_view message) {
  // Some of its messages hold all the arguments of a channel.
  constexpr size_t kMaxBytes = 1000;
  const bool last = IsLastWord(message);
  const LineLimit::Turn turn = limit_.Take();
  TellLeftOut(turn.left_out);
  if (!turn.write && !last) return;
  sink_({!last,
         "gRPC says",
         {{"source", std::string(source)}, {"cause", std::string(message.substr(0, kMaxBytes))}}});
}

void GrpcLog::Flush() { TellLeftOut(limit_.TakeLeftOut()); }

void GrpcLog::TellLeftOut(uint64_t count) const {
  if (count == 0) return;
  sink_({true, "gRPC said more than is told of", {{"left_out", std::to_string(count)}}});
}

void TakeGrpcLog() {
  if (!IsAskedToTalk()) gpr_set_log_function(&Tell);
}

void FlushGrpcLog() { ProgramLog().Flush(); }

void SilenceGrpcLog() {
  if (!IsAskedToTalk()) gpr_set_log_function(&PrintLastWord);
}

}  // namespace chipline::server
