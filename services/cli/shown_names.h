#ifndef CHIPLINE_SERVICES_CLI_SHOWN_NAMES_H_
#define CHIPLINE_SERVICES_CLI_SHOWN_NAMES_H_

#include <cstdint>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "google/protobuf/message.h"

#include "chipline/v1/alias_change.pb.h"
#include "services/cli/aliases.h"
#include "services/cli/client.h"
#include "services/cli/console.h"
#include "services/words/entity_words.h"

namespace chipline::cli {

// The one place that decides how text for people calls an entity: by its name in the reader's
// language. Whoever prints an answer as text passes it through PutInto first; the renderings then
// write what stands in it. What must be typed again stays as it is: names of entries, subjects,
// event ids. JSON is never passed through here. Not thread-safe.
//
// A name is, in this order: an alias in the reader's language, an alias without a language, any
// alias, what an event calls it, the id. A company and a body of one name are told apart by their
// ids; two of a kind never have the same alias. Whoever may not read the names sees ids, or what
// the reports say.
class ShownNames {
 public:
  // `client` must outlive it. `until`: the position whose names count.
  ShownNames(Client& client, const Console& console,
             uint64_t until = std::numeric_limits<uint64_t>::max());
  // Of names in a language of its own, empty for none, wherever the text goes.
  ShownNames(Client& client, std::string language, uint64_t until);

  // Writes names in the place of ids and mentions, in the message and in all that is in it.
  void PutInto(google::protobuf::Message& message);
  // A change of a name that passes by counts from now on.
  void Apply(const v1::AliasChange& change);

  // What the entity is called; the id if nothing else is known.
  std::string Of(v1::EntityKind kind, const std::string& id) const;
  // The entity that a mention means; empty if no alias says so.
  std::string IdOf(v1::EntityKind kind, const std::string& mention) const;

 private:
  using Entity = std::pair<v1::EntityKind, std::string>;

  void ReadAll();
  // Reads what the log calls these, as far as it is not known.
  void Read(const std::set<Entity>& entities, const std::map<std::string, uint64_t>& positions);
  void ReadNamed(const std::set<Entity>& entities);
  void ReadMentions(v1::EntityKind kind, std::set<Entity> entities);
  void ReadMentionsAt(uint64_t position);
  void KeepMentions(const google::protobuf::Message& message);

  Client& client_;
  const std::string language_;
  const uint64_t until_;
  bool read_ = false;
  // Whether there are more names than are read at once.
  bool cut_ = false;
  Aliases aliases_;
  std::map<std::pair<v1::EntityKind, std::string>, std::string> by_key_;
  // Of entities that no alias names.
  std::map<Entity, std::string> mentions_;
  // What was asked for already.
  std::set<Entity> asked_;
  // How many entities have a name.
  std::map<std::pair<v1::EntityKind, std::string>, int> bearers_;
};

}  // namespace chipline::cli

#endif  // CHIPLINE_SERVICES_CLI_SHOWN_NAMES_H_
