#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <system_error>

#include "google/protobuf/stubs/logging.h"

#include "services/cli/build_version.h"
#include "services/cli/command_line.h"
#include "services/words/visible_text.h"

namespace {

// Nothing of Chipline throws. What the standard library does, such as for want of a thread, ends
// the program with a line that says why, and not by an abort.
[[noreturn]] void EndWithWords() {
  try {
    if (const std::exception_ptr thrown = std::current_exception()) std::rethrow_exception(thrown);
    std::fputs("chipline: ended by a broken invariant\n", stderr);
  } catch (const std::system_error& error) {
    const bool resources = error.code() == std::errc::resource_unavailable_try_again;
    std::fprintf(stderr, "chipline: cannot go on: %s%s\n", error.what(),
                 resources
                     ? "; a thread could not be started: raise the limit of threads (ulimit -u, "
                       "or TasksMax of a unit)"
                     : "");
  } catch (const std::exception& error) {
    std::fprintf(stderr, "chipline: cannot go on: %s\n",
                 chipline::VisibleText(error.what()).c_str());
  } catch (...) {
    std::fputs("chipline: cannot go on\n", stderr);
  }
  std::_Exit(EXIT_FAILURE);
}

// A standard stream that is closed would be the number of the next file or socket that is opened,
// and what is printed would go into that. Opened the wrong way round, it fails as a closed one
// does.
void HoldStandardStreams() {
  for (int descriptor = STDIN_FILENO; descriptor <= STDERR_FILENO; ++descriptor) {
    if (fcntl(descriptor, F_GETFD) != -1 || errno != EBADF) continue;
    // The lowest number that is free, which is this one.
    (void)open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY);
  }
}

}  // namespace

int main(int argc, char** argv) {
  HoldStandardStreams();
  std::set_terminate(&EndWithWords);
  // Protobuf prints a line for every broken message. Whoever sent it is told, and nobody else.
  google::protobuf::SetLogHandler(nullptr);
  return static_cast<int>(chipline::cli::RunCommandLine(argc, argv, chipline::cli::BuildVersion()));
}
