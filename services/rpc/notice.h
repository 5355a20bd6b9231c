#ifndef CHIPLINE_SERVICES_RPC_NOTICE_H_
#define CHIPLINE_SERVICES_RPC_NOTICE_H_

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace chipline {

// Something for the operator's log. Never holds a key, a token or a part of one.
struct Notice {
  bool warning = false;
  std::string_view message;
  std::vector<std::pair<std::string_view, std::string>> fields;
};

// Where notices go. Called from many threads; must not block for long.
using NoticeSink = std::function<void(const Notice&)>;

}  // namespace chipline

#endif  // CHIPLINE_SERVICES_RPC_NOTICE_H_
