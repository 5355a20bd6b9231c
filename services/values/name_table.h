#ifndef CHIPLINE_SERVICES_VALUES_NAME_TABLE_H_
#define CHIPLINE_SERVICES_VALUES_NAME_TABLE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

#include "chipline/storage/v1/command.pb.h"
#include "chipline/v1/alias_change.pb.h"
#include "services/values/fold_keys.h"
#include "services/values/shared_list.h"
#include "services/values/shared_map.h"

namespace chipline {

// Which names mean which entity, at every position of the log. A pure function of the changes that
// it learned, so every node that learned the same answers the same.
//
// What a name means at a position, among entities of one kind:
//   1. the entity that the name is an alias of: the last change of that fold key at or before the
//      position added it and was not a removal;
//   2. else the entity whose own id has that fold key, if the entity exists; if there are several
//      ("moore-threads" and "moorethreads"), the one whose id is the key itself, else the first in
//      order of id;
//   3. else nothing; the empty key means nothing.
// An entity exists from its first alias on, and for as long as it has one: so a wrong alias that is
// taken away again leaves nothing behind.
//
// Changes are learned in the order of their positions; a name means an entity from the very
// position of the change on. Memory grows with the number of changes, of which a log has few. A
// copy costs little, as it shares what neither changes. Thread-compatible: const methods and
// copying may run together, the others need the table for themselves.
class NameTable {
 public:
  // The end of the log, whatever it is.
  static constexpr uint64_t kHead = std::numeric_limits<uint64_t>::max();

  struct Alias {
    std::string fold_key;
    // The position of the change that added it.
    uint64_t since = 0;

    friend bool operator==(const Alias&, const Alias&) = default;
  };

  // Whether Learn would take the change, which may be at any position from the last one learned on:
  //   INVALID_ARGUMENT  no kind, no fold key, or an entity that is no id;
  //   ALREADY_EXISTS    an addition, but the name is an alias of another entity, which is named;
  //   NOT_FOUND         a removal, but the name is not an alias of the entity.
  // Adding what is there already is fine and changes nothing.
  absl::Status Check(uint64_t position, const storage::v1::NameChange& change) const;

  // Checks, and if it is fine, learns. A position below one already learned is a broken invariant.
  absl::Status Learn(uint64_t position, const storage::v1::NameChange& change);

  // Undoes everything learned at this position or after it.
  void Forget(uint64_t from_position);

  // What the name means once everything up to and including `at_position` is known.
  std::optional<std::string> Resolve(v1::EntityKind kind, std::string_view fold_key,
                                     uint64_t at_position = kHead) const;

  // The aliases that stand, in order of fold key.
  std::vector<Alias> AliasesOf(v1::EntityKind kind, std::string_view entity,
                               uint64_t at_position = kHead) const;

  // Every key that meant the entity at some time or may have: its aliases, standing or not, and the
  // key of its own id. In order, each once; empty if the entity never had an alias.
  std::vector<std::string> KeysEverOf(v1::EntityKind kind, std::string_view entity) const;

  // The entities that exist, in order of id.
  std::vector<std::string> Entities(v1::EntityKind kind, uint64_t at_position = kHead) const;

 private:
  // What a fold key became an alias of; an empty entity if it ceased to be one.
  struct Step {
    uint64_t position = 0;
    std::string entity;
  };
  // How many aliases an entity had from a position on.
  struct Standing {
    uint64_t position = 0;
    size_t aliases = 0;
  };
  struct Entity {
    std::vector<Standing> standing;
    // Each key that was ever added, and how often.
    std::map<std::string, size_t> additions;
  };
  struct KindNames {
    SharedMap<std::vector<Step>> keys;
    SharedMap<Entity> entities;
    // The entities that ever existed by the fold key of their id, in order of id.
    SharedMap<std::vector<std::string>> ids;
  };
  // What was learned, in order; undone from the end.
  struct Change {
    uint64_t position = 0;
    size_t kind = 0;
    std::string fold_key;
    std::string entity;
    bool remove = false;
  };

  static const Step* AliasAt(const KindNames& names, std::string_view fold_key, uint64_t at);
  static bool Exists(const Entity& entity, uint64_t at);

  const KindNames* Of(v1::EntityKind kind) const;
  void Undo(const Change& change);

  // By EntityKind; the first is not used.
  std::array<KindNames, v1::EntityKind_ARRAYSIZE> kinds_;
  SharedList<Change> learned_;
};

// The token that stands for a Ref in subjects and entities: the id if the sender gave one, else the
// entity that the name means, else the name's own token.
std::string EntityToken(const NameTable& names, v1::EntityKind kind, std::string_view fold_key,
                        std::string_view id, uint64_t at_position = NameTable::kHead);

// What an alias change of the log teaches.
storage::v1::NameChange NameChangeOf(const v1::AliasChange& alias, FoldKeys& fold_keys);

}  // namespace chipline

#endif  // CHIPLINE_SERVICES_VALUES_NAME_TABLE_H_
