#ifndef CHIPLINE_SERVICES_CLI_KNOWN_NAMES_H_
#define CHIPLINE_SERVICES_CLI_KNOWN_NAMES_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "chipline/v1/alias_change.pb.h"
#include "chipline/v1/timeline_service.pb.h"
#include "services/cli/aliases.h"
#include "services/cli/client.h"
#include "services/cli/flags.h"

namespace chipline::cli {

// Whether the log knows a name that somebody typed, so that a slip is told and not answered as a
// fact. An id that an event has costs one short call; only for others the log's aliases are read,
// once. Not thread-safe.
class KnownNames {
 public:
  // `client` must outlive it.
  explicit KnownNames(Client& client) : client_(client) {}

  // Whether the log has the name, as an id, an alias, or as events write it. As IdOf otherwise.
  absl::Status Find(v1::EntityKind kind, const std::string& name);
  // The id that a name has in the log: an alias's entity, or what stands in events. NOT_FOUND, with
  // the nearest name that there is, if the log has no such name; the server's error if it does not
  // say.
  absl::StatusOr<std::string> IdOf(v1::EntityKind kind, const std::string& name);
  // The entity of whatever kind that has this alias or id: those that aliases name. NOT_FOUND
  // likewise.
  absl::StatusOr<std::string> EntityOf(const std::string& name);
  // Whether there is such an order. NOT_FOUND likewise.
  absl::Status FindOrder(const std::string& subject);

 private:
  absl::StatusOr<bool> HasEvent(const v1::Filter& filter);
  absl::Status ReadAll();
  // Those of ListedIds below, read once: they have names that no alias has.
  const std::vector<std::string>& Listed();
  // The entity of this kind (UNSPECIFIED: of any) that has this alias; null if none has. ReadAll
  // must have succeeded.
  const std::string* Named(v1::EntityKind kind, const std::string& name) const;
  std::string NearestTo(v1::EntityKind kind, const std::string& name);

  Client& client_;
  std::optional<Aliases> aliases_;
  std::optional<std::vector<std::string>> listed_;
};

// NOT_FOUND for a company, chip, place or order of the query that the log does not know. OK if the
// server does not say.
absl::Status CheckNames(Client& client, const v1::TimelineQuery& query);

// The entry whose name is nearest to a mistyped one; empty if none is that near, or the server does
// not say.
std::string NearestEntry(Client& client, const std::string& entry_id);

// What to tell somebody who goes on to wait for a name that the log does not have yet.
std::string WaitingForWords(const absl::Status& unknown);

// Names in a filter become the ids that they mean, as the log has them now. NOT_FOUND for a name
// that it does not have. With `unknown`, an id that the log does not have yet is left as it is and
// told there, for those who wait for it.
absl::Status ToIds(Client& client, FilterFlags& flags, absl::Status* unknown = nullptr);

}  // namespace chipline::cli

#endif  // CHIPLINE_SERVICES_CLI_KNOWN_NAMES_H_
