#include "google/protobuf/stubs/logging.h"

#include "services/cli/command_line.h"

int main(int argc, char** argv) {
  // Protobuf prints a line for every broken message. Whoever sent it is told, and nobody else.
  google::protobuf::SetLogHandler(nullptr);
  return static_cast<int>(chipline::cli::RunCommandLine(argc, argv));
}
