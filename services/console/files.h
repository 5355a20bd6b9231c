#ifndef CHIPLINE_SERVICES_CONSOLE_FILES_H_
#define CHIPLINE_SERVICES_CONSOLE_FILES_H_

#include <cstddef>
#include <span>
#include <string_view>

// The web console, as the build made it from src/ and put it into the program.
namespace chipline::console {

struct File {
  // What a browser asks for: "/", or "/console/app.js".
  std::string_view path;
  std::string_view content_type;
  // In quotes, as HTTP has it. Another build of the same content has the same.
  std::string_view etag;
  // The content by gzip, and how large it is without.
  std::string_view gzip;
  size_t bytes = 0;
};

// Every file; none if the program was built without node and the npm packages. They live as long
// as the program.
std::span<const File> Files();

}  // namespace chipline::console

#endif  // CHIPLINE_SERVICES_CONSOLE_FILES_H_
