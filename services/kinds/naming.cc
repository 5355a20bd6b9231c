#include "services/kinds/naming.h"

#include <cstddef>
#include <utility>

#include "services/values/name_table.h"
#include "services/values/sha256.h"

namespace chipline::kinds {
namespace {

constexpr size_t kHashDigits = 16;

}  // namespace

std::string HashToken(std::string_view text) {
  std::string token("x-");
  token.append(Sha256Hex(text), 0, kHashDigits);
  return token;
}

std::string_view EntityPrefix(v1::EntityKind kind) {
  switch (kind) {
    case v1::ENTITY_KIND_COMPANY:
      return "company";
    case v1::ENTITY_KIND_CHIP:
      return "chip";
    case v1::ENTITY_KIND_PLACE:
      return "place";
    case v1::ENTITY_KIND_BODY:
      return "body";
    default:
      return "";
  }
}

uint32_t Namer::Add(v1::EntityKind kind, std::string fold_key, const std::string& id) {
  for (int i = 0; i < naming_.mentions_size(); ++i) {
    const storage::v1::Mention& known = naming_.mentions(i);
    if (known.kind() == kind && known.fold_key() == fold_key && known.id() == id) {
      return static_cast<uint32_t>(i);
    }
  }
  storage::v1::Mention& mention = *naming_.add_mentions();
  mention.set_kind(kind);
  mention.set_fold_key(std::move(fold_key));
  mention.set_id(id);
  return static_cast<uint32_t>(naming_.mentions_size() - 1);
}

uint32_t Namer::Mention(v1::EntityKind kind, const v1::Ref& ref) {
  return Add(kind, ref.mention().empty() ? "" : fold_keys_.Of(ref.mention()), ref.id());
}

void Namer::Mentions(v1::EntityKind kind, const Refs& refs) {
  for (const v1::Ref& ref : refs) Mention(kind, ref);
}

void Namer::Token(v1::EntityKind kind, const v1::Ref& ref) {
  naming_.add_subject()->add_mentions(Mention(kind, ref));
}

void Namer::Token(v1::EntityKind kind, const Refs& refs) {
  storage::v1::SubjectToken& token = *naming_.add_subject();
  for (const v1::Ref& ref : refs) token.add_mentions(Mention(kind, ref));
}

void Namer::Change(const v1::AliasChange& alias) {
  Literal(alias.entity());
  Add(alias.kind(), "", alias.entity());
  *naming_.mutable_name_change() = NameChangeOf(alias, fold_keys_);
}

}  // namespace chipline::kinds
