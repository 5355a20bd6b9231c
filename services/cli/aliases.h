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
#include "services/picture/names.h"

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

  // One name for each entity: the first in `language`, a BCP 47 tag, or if there is none the first
  // without one. Of a place the first that is longer than a country's code is taken, if there is
  // one.
  picture::Names Chosen(std::string_view language) const;

 private:
  ByEntity by_entity_;
};

// Reads the changes of names up to `until`, those of one entity if `entity` is not empty, in order.
grpc::Status ReadAliases(Client& client, const std::string& entity, uint64_t until,
                         const std::function<void(const v1::RecordedEvent&)>& visit);

}  // namespace chipline::cli

#endif  // CHIPLINE_SERVICES_CLI_ALIASES_H_
