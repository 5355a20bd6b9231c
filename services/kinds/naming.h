#ifndef CHIPLINE_SERVICES_KINDS_NAMING_H_
#define CHIPLINE_SERVICES_KINDS_NAMING_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "google/protobuf/repeated_ptr_field.h"

#include "chipline/storage/v1/command.pb.h"
#include "chipline/v1/event.pb.h"
#include "services/values/fold_keys.h"

// What the committer needs to name an event without a look into it: the names in it, made
// comparable, and the subject that they make.
//
//   capex.<companies>                      companies joined by +
//   rule.<jurisdiction>.<gate>             export, import or use
//   order.<buyers>.<order>                 the order_id's token, or a hash of the event_id
//   supply.<holder>.<chips>
//   usage.<company>.<metric>               tokens-per-day or monthly-active-users
//   price.<chip>.<metric>                  purchase, rental-per-hour or list
//   alias.<entity>
//   notice.<target>                        a hash of the first link's event_id
//
// A hash is x- and 16 hex digits of a SHA-256, as for names that have no other token.
//
// Entities are the companies, suppliers, buyers, holders and customers; the chips, also those that
// a rule leaves out; the jurisdictions, destinations, also those left out, regions and seats; and
// the bodies. Publishers and origins are none, for a wire service would be in every other event and
// make a filter by company useless.

namespace chipline::kinds {

inline constexpr v1::EntityKind kCompany = v1::ENTITY_KIND_COMPANY;
inline constexpr v1::EntityKind kChip = v1::ENTITY_KIND_CHIP;
inline constexpr v1::EntityKind kPlace = v1::ENTITY_KIND_PLACE;
inline constexpr v1::EntityKind kBody = v1::ENTITY_KIND_BODY;

// What stands before the slash in an entity such as company/bytedance; empty for a kind that is
// none.
std::string_view EntityPrefix(v1::EntityKind kind);

// The token of a text that has no other.
std::string HashToken(std::string_view text);

// Collects the names of one event, each once, and the tokens of its subject. Not thread-safe; both
// arguments must outlive it.
class Namer {
 public:
  using Refs = google::protobuf::RepeatedPtrField<v1::Ref>;

  Namer(FoldKeys& fold_keys, storage::v1::Naming& naming)
      : fold_keys_(fold_keys), naming_(naming) {}

  // The subject's next token, as it is.
  void Literal(std::string_view token) {
    naming_.add_subject()->set_literal(token.data(), token.size());
  }
  // The entity, and nothing in the subject. Returns its place.
  uint32_t Mention(v1::EntityKind kind, const v1::Ref& ref);
  void Mentions(v1::EntityKind kind, const Refs& refs);
  // The entities, and the subject's next token made of them.
  void Token(v1::EntityKind kind, const v1::Ref& ref);
  void Token(v1::EntityKind kind, const Refs& refs);
  // The event changes what a name means.
  void Change(const v1::AliasChange& alias);

 private:
  uint32_t Add(v1::EntityKind kind, std::string fold_key, const std::string& id);

  FoldKeys& fold_keys_;
  storage::v1::Naming& naming_;
};

}  // namespace chipline::kinds

#endif  // CHIPLINE_SERVICES_KINDS_NAMING_H_
