#include "services/cli/command_line.h"

int main(int argc, char** argv) {
  return static_cast<int>(chipline::cli::RunCommandLine(argc, argv));
}
