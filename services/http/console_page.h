#ifndef CHIPLINE_SERVICES_HTTP_CONSOLE_PAGE_H_
#define CHIPLINE_SERVICES_HTTP_CONSOLE_PAGE_H_

#include <memory>
#include <span>

#include "services/console/files.h"
#include "services/http/exchange.h"

namespace chipline::http {

// The files of the console, for GET and HEAD, and null for any other path. They hold no data, so
// everybody who reaches the listener may have them, as with the probes: what the console shows
// comes from RPCs, by the caller's own credentials. Without `files` the path "/" says in words that
// there is no console. A browser keeps the files and asks each time whether they are still the
// same.
std::shared_ptr<Exchange> FindConsolePage(std::span<const console::File> files,
                                          const RequestHead& head,
                                          std::shared_ptr<Responder> responder);

}  // namespace chipline::http

#endif  // CHIPLINE_SERVICES_HTTP_CONSOLE_PAGE_H_
