#include "services/values/names_at.h"

#include <algorithm>

#include "services/values/fold_key.h"

namespace chipline {
namespace {

namespace pb = chipline::v1;

std::string Token(const NamesAt& names, pb::EntityKind kind, const pb::Ref& ref) {
  if (!ref.id().empty()) return ref.id();
  return EntityToken(names.table, kind, FoldKey(ref.mention()), /*id=*/"", names.position);
}

std::vector<std::string> Tokens(const NamesAt& names, pb::EntityKind kind,
                                const google::protobuf::RepeatedPtrField<pb::Ref>& refs) {
  std::vector<std::string> tokens;
  tokens.reserve(static_cast<size_t>(refs.size()));
  for (const pb::Ref& ref : refs) tokens.push_back(Token(names, kind, ref));
  if (tokens.size() < 2) return tokens;
  std::sort(tokens.begin(), tokens.end());
  tokens.erase(std::unique(tokens.begin(), tokens.end()), tokens.end());
  return tokens;
}

}  // namespace

std::string NamesAt::Company(const pb::Ref& ref) const {
  return Token(*this, pb::ENTITY_KIND_COMPANY, ref);
}

std::string NamesAt::Chip(const pb::Ref& ref) const {
  return Token(*this, pb::ENTITY_KIND_CHIP, ref);
}

std::string NamesAt::Place(const pb::Ref& ref) const {
  return Token(*this, pb::ENTITY_KIND_PLACE, ref);
}

std::vector<std::string> NamesAt::Companies(
    const google::protobuf::RepeatedPtrField<pb::Ref>& refs) const {
  return Tokens(*this, pb::ENTITY_KIND_COMPANY, refs);
}

std::vector<std::string> NamesAt::Chips(
    const google::protobuf::RepeatedPtrField<pb::Ref>& refs) const {
  return Tokens(*this, pb::ENTITY_KIND_CHIP, refs);
}

std::vector<std::string> NamesAt::Places(
    const google::protobuf::RepeatedPtrField<pb::Ref>& refs) const {
  return Tokens(*this, pb::ENTITY_KIND_PLACE, refs);
}

}  // namespace chipline
