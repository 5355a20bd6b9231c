#ifndef CHIPLINE_SERVICES_WORDS_ENTITY_WORDS_H_
#define CHIPLINE_SERVICES_WORDS_ENTITY_WORDS_H_

#include <functional>
#include <string>
#include <string_view>

namespace chipline {

// How a phrase writes the entities in it, days and what others wrote. As it stands: by their ids,
// and days as YYYY-MM-DD.
struct EntityWords {
  using Write = std::function<std::string(std::string_view)>;
  Write company = [](std::string_view id) { return std::string(id); };
  Write chip = company;
  Write place = company;
  Write quoted = company;
  Write day = company;
};

}  // namespace chipline

#endif  // CHIPLINE_SERVICES_WORDS_ENTITY_WORDS_H_
