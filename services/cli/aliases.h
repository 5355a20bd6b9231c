#ifndef CHIPLINE_SERVICES_CLI_ALIASES_H_
#define CHIPLINE_SERVICES_CLI_ALIASES_H_

#include <grpcpp/support/status.h>

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chipline/v1/alias_change.pb.h"
#include "chipline/v1/event.pb.h"
#include "services/cli/client.h"

namespace chipline::cli {

// The names that stand for each entity, in the order in which they were added.
class Aliases {
 public:
  struct Name {
    std::string text;
    // BCP 47; empty: not said.
    std::string language;
  };
  // By kind and id.
  using ByEntity = std::map<std::pair<v1::EntityKind, std::string>, std::vector<Name>>;

  void Apply(const v1::AliasChange& change);
  const ByEntity& by_entity() const { return by_entity_; }

  // The name to show of an entity: the first in `language`, a BCP 47 tag, or if there is none the
  // first without one. "zh" takes "zh-Hans", too, and "zh-TW" whatever begins with "zh". Of a place
  // the first that is longer than a country's code is taken, if there is one. Empty without a name.
  std::string NameOf(v1::EntityKind kind, const std::string& id, std::string_view language) const;

 private:
  ByEntity by_entity_;
};

// Reads the changes of names up to `until`, those of `entities` alone if there are any, in order.
// `visit` ends it by false. At most kMaxFilterValues - 1 entities.
grpc::Status ReadAliases(Client& client, const std::vector<std::string>& entities, uint64_t until,
                         const std::function<bool(const v1::RecordedEvent&)>& visit);

}  // namespace chipline::cli

#endif  // CHIPLINE_SERVICES_CLI_ALIASES_H_
