#include "services/cli/entity_fields.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "google/protobuf/descriptor.h"

#include "chipline/v1/event.pb.h"
#include "chipline/v1/timeline.pb.h"

namespace chipline::cli {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// Fields by their names, which mean the same in every message.
struct FieldKind {
  std::string_view field;
  v1::EntityKind kind;
};
constexpr std::array<FieldKind, 32> kFields = {{
    {"body", v1::ENTITY_KIND_COMPANY},        {"buyer_seat", v1::ENTITY_KIND_PLACE},
    {"buyers", v1::ENTITY_KIND_COMPANY},      {"chip", v1::ENTITY_KIND_CHIP},
    {"chips", v1::ENTITY_KIND_CHIP},          {"chips_except", v1::ENTITY_KIND_CHIP},
    {"companies", v1::ENTITY_KIND_COMPANY},   {"company", v1::ENTITY_KIND_COMPANY},
    {"customer", v1::ENTITY_KIND_COMPANY},    {"destination", v1::ENTITY_KIND_PLACE},
    {"destinations", v1::ENTITY_KIND_PLACE},  {"destinations_except", v1::ENTITY_KIND_PLACE},
    {"holder", v1::ENTITY_KIND_COMPANY},      {"jurisdiction", v1::ENTITY_KIND_PLACE},
    {"missing", v1::ENTITY_KIND_COMPANY},     {"name", v1::ENTITY_KIND_COMPANY},
    {"of_chip", v1::ENTITY_KIND_CHIP},        {"of_company", v1::ENTITY_KIND_COMPANY},
    {"of_place", v1::ENTITY_KIND_PLACE},      {"open_buyers", v1::ENTITY_KIND_COMPANY},
    {"origin_name", v1::ENTITY_KIND_COMPANY}, {"other_destinations", v1::ENTITY_KIND_PLACE},
    {"place", v1::ENTITY_KIND_PLACE},         {"places", v1::ENTITY_KIND_PLACE},
    {"publisher", v1::ENTITY_KIND_COMPANY},   {"publishers", v1::ENTITY_KIND_COMPANY},
    {"region", v1::ENTITY_KIND_PLACE},        {"root", v1::ENTITY_KIND_COMPANY},
    {"speaker", v1::ENTITY_KIND_COMPANY},     {"stated_by", v1::ENTITY_KIND_COMPANY},
    {"supplier", v1::ENTITY_KIND_COMPANY},    {"suppliers", v1::ENTITY_KIND_COMPANY},
}};
v1::EntityKind KindOf(const std::string& field) {
  const auto* found = std::find_if(kFields.begin(), kFields.end(),
                                   [&](const FieldKind& each) { return each.field == field; });
  return found == kFields.end() ? v1::ENTITY_KIND_UNSPECIFIED : found->kind;
}

// One text, if its field is one that holds an entity.
std::string Written(const FieldDescriptor& field, const std::string& text,
                    const EntityWriter& writer) {
  const v1::EntityKind kind = KindOf(field.name());
  return kind == v1::ENTITY_KIND_UNSPECIFIED ? text : writer.id(kind, text);
}

// "company/bytedance".
void TellListed(const std::string& entity, const EntityWriter& writer) {
  const size_t slash = entity.find('/');
  if (slash == std::string::npos) return;
  const std::string kind = entity.substr(0, slash);
  const std::string id = entity.substr(slash + 1);
  if (kind == "company" || kind == "body") writer.listed(v1::ENTITY_KIND_COMPANY, id);
  if (kind == "chip") writer.listed(v1::ENTITY_KIND_CHIP, id);
  if (kind == "place") writer.listed(v1::ENTITY_KIND_PLACE, id);
}

void WriteField(Message& message, const FieldDescriptor& field, const EntityWriter& writer) {
  const Reflection& reflection = *message.GetReflection();
  const bool text = field.cpp_type() == FieldDescriptor::CPPTYPE_STRING;
  if (!text && field.message_type() == nullptr) return;
  const auto enter = [&](Message& inner) {
    if (auto* ref = dynamic_cast<v1::Ref*>(&inner)) {
      const v1::EntityKind kind = KindOf(field.name());
      if (kind != v1::ENTITY_KIND_UNSPECIFIED) writer.ref(kind, *ref);
    } else {
      WriteEntities(inner, writer);
    }
  };
  if (!field.is_repeated()) {
    if (!text) return enter(*reflection.MutableMessage(&message, &field));
    const std::string was = reflection.GetString(message, &field);
    if (!was.empty()) reflection.SetString(&message, &field, Written(field, was, writer));
    return;
  }
  for (int i = 0; i < reflection.FieldSize(message, &field); ++i) {
    if (!text) {
      enter(*reflection.MutableRepeatedMessage(&message, &field, i));
      continue;
    }
    const std::string was = reflection.GetRepeatedString(message, &field, i);
    reflection.SetRepeatedString(&message, &field, i, Written(field, was, writer));
  }
}

}  // namespace

void WriteEntities(Message& message, const EntityWriter& writer) {
  if (const auto* claim = dynamic_cast<const v1::ClaimSummary*>(&message)) {
    for (const std::string* id : {&claim->publisher(), &claim->root(), &claim->origin_name()}) {
      if (!id->empty()) writer.publisher(*id, claim->position());
    }
  }
  if (const auto* event = dynamic_cast<const v1::RecordedEvent*>(&message)) {
    for (const std::string& entity : event->entities()) TellListed(entity, writer);
  }
  std::vector<const FieldDescriptor*> fields;
  message.GetReflection()->ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) WriteField(message, *field, writer);
}

void VisitEntities(const Message& message,
                   const std::function<void(v1::EntityKind, const v1::Ref&)>& visit) {
  const Reflection& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (field->message_type() == nullptr) continue;
    const auto enter = [&](const Message& inner) {
      const auto* ref = dynamic_cast<const v1::Ref*>(&inner);
      const v1::EntityKind kind = KindOf(field->name());
      if (ref == nullptr) {
        VisitEntities(inner, visit);
      } else if (kind != v1::ENTITY_KIND_UNSPECIFIED) {
        visit(kind, *ref);
      }
    };
    if (!field->is_repeated()) {
      enter(reflection.GetMessage(message, field));
      continue;
    }
    for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
      enter(reflection.GetRepeatedMessage(message, field, i));
    }
  }
}

}  // namespace chipline::cli
