#include "services/picture/names.h"

#include "services/picture/text.h"

namespace chipline::picture {

void Names::Set(v1::EntityKind kind, std::string id, std::string name) {
  names_[{static_cast<int>(kind), std::move(id)}] = std::move(name);
}

std::string Names::Of(v1::EntityKind kind, std::string_view id) const {
  const auto found = names_.find({static_cast<int>(kind), std::string(id)});
  return Isolated(found == names_.end() ? id : std::string_view(found->second));
}

std::string Names::Company(std::string_view id) const { return Of(v1::ENTITY_KIND_COMPANY, id); }
std::string Names::Chip(std::string_view id) const { return Of(v1::ENTITY_KIND_CHIP, id); }
std::string Names::Place(std::string_view id) const { return Of(v1::ENTITY_KIND_PLACE, id); }

std::string Names::Publisher(std::string_view id) const {
  if (names_.count({static_cast<int>(v1::ENTITY_KIND_COMPANY), std::string(id)}) > 0) {
    return Company(id);
  }
  return Of(v1::ENTITY_KIND_BODY, id);
}

std::string Names::Companies(const google::protobuf::RepeatedPtrField<std::string>& ids,
                             std::string_view separator) const {
  std::string text;
  for (const std::string& id : ids)
    text += (text.empty() ? "" : std::string(separator)) + Company(id);
  return text;
}

std::string Names::Chips(const google::protobuf::RepeatedPtrField<std::string>& ids) const {
  std::string text;
  for (const std::string& id : ids) text += (text.empty() ? "" : ", ") + Chip(id);
  return text;
}

}  // namespace chipline::picture
