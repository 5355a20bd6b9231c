#include "services/cli/entity_fields.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>
#include <vector>

#include "google/protobuf/descriptor.h"

#include "chipline/v1/event.pb.h"
#include "chipline/v1/timeline.pb.h"
#include "services/values/subject_token.h"
#include "services/words/entity_words.h"
#include "services/words/reach_words.h"

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
constexpr std::array<FieldKind, 27> kFields = {{
    {"body", v1::ENTITY_KIND_COMPANY},
    {"buyer_seat", v1::ENTITY_KIND_PLACE},
    {"buyers", v1::ENTITY_KIND_COMPANY},
    {"chip", v1::ENTITY_KIND_CHIP},
    {"chips", v1::ENTITY_KIND_CHIP},
    {"chips_except", v1::ENTITY_KIND_CHIP},
    {"companies", v1::ENTITY_KIND_COMPANY},
    {"company", v1::ENTITY_KIND_COMPANY},
    {"customer", v1::ENTITY_KIND_COMPANY},
    {"destination", v1::ENTITY_KIND_PLACE},
    {"destinations", v1::ENTITY_KIND_PLACE},
    {"destinations_except", v1::ENTITY_KIND_PLACE},
    {"holder", v1::ENTITY_KIND_COMPANY},
    {"jurisdiction", v1::ENTITY_KIND_PLACE},
    {"missing", v1::ENTITY_KIND_COMPANY},
    {"name", v1::ENTITY_KIND_COMPANY},
    {"open_buyers", v1::ENTITY_KIND_COMPANY},
    {"origin_name", v1::ENTITY_KIND_COMPANY},
    {"other_destinations", v1::ENTITY_KIND_PLACE},
    {"place", v1::ENTITY_KIND_PLACE},
    {"publisher", v1::ENTITY_KIND_COMPANY},
    {"publishers", v1::ENTITY_KIND_COMPANY},
    {"region", v1::ENTITY_KIND_PLACE},
    {"root", v1::ENTITY_KIND_COMPANY},
    {"stated_by", v1::ENTITY_KIND_COMPANY},
    {"supplier", v1::ENTITY_KIND_COMPANY},
    {"suppliers", v1::ENTITY_KIND_COMPANY},
}};
// Sentences of the server's.
constexpr std::array<std::string_view, 4> kSentences = {"explanation", "reason", "words",
                                                        "warning"};

v1::EntityKind KindOf(const std::string& field) {
  const auto* found = std::find_if(kFields.begin(), kFields.end(),
                                   [&](const FieldKind& each) { return each.field == field; });
  return found == kFields.end() ? v1::ENTITY_KIND_UNSPECIFIED : found->kind;
}

EntityWords WordsOf(const EntityWriter& writer) {
  const auto of = [&writer](v1::EntityKind kind) {
    return [&writer, kind](std::string_view id) { return writer.id(kind, std::string(id)); };
  };
  EntityWords words;
  words.company = of(v1::ENTITY_KIND_COMPANY);
  words.chip = of(v1::ENTITY_KIND_CHIP);
  words.place = of(v1::ENTITY_KIND_PLACE);
  return words;
}

// "scoped[nettrix, inspur, seat cn, training]". What has no name is a purpose, or stays an id.
std::string ScopeName(const std::string& field, const EntityWords& words) {
  constexpr std::string_view kScoped = "scoped[";
  constexpr std::string_view kSeat = "seat ";
  std::string_view rest = std::string_view(field).substr(kScoped.size());
  rest = rest.substr(0, rest.rfind(']'));
  std::string text;
  while (!rest.empty()) {
    const size_t comma = rest.find(", ");
    const std::string_view part = rest.substr(0, comma);
    text += text.empty() ? "" : ", ";
    text += part.starts_with(kSeat) ? fmt::format("seat {}", words.place(part.substr(kSeat.size())))
                                    : (IsEntityId(part) ? words.company(part) : std::string(part));
    rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 2);
  }
  return fmt::format("{}{}]", kScoped, text);
}

// ExplainedValue.field: "gates[us/export/h20]", "holders[nvidia INVENTORY for tencent]".
std::string FieldName(const std::string& field, const EntityWords& words) {
  constexpr std::string_view kHolders = "holders[";
  constexpr std::string_view kFor = " for ";
  if (field.starts_with("scoped[")) return ScopeName(field, words);
  if (!field.starts_with(kHolders)) return WithNames(field, words);
  const size_t space = field.find(' ');
  if (space == std::string::npos) return field;
  std::string text =
      std::string(kHolders) + words.company(field.substr(kHolders.size(), space - kHolders.size()));
  const size_t after = field.find(kFor, space);
  if (after == std::string::npos) return text + field.substr(space);
  const size_t begin = after + kFor.size();
  const size_t end = std::min(field.find(' ', begin), field.find(']', begin));
  return text + field.substr(space, begin - space) +
         words.company(field.substr(begin, end - begin)) + field.substr(end);
}

// The name of a rule's entry, of which a rule that may apply shows the chip.
void WriteChipOf(v1::PossibleRule& rule, const EntityWords& words) {
  const std::string& entry = rule.entry_id();
  const size_t first = entry.find('/');
  const size_t second = first == std::string::npos ? first : entry.find('/', first + 1);
  if (second == std::string::npos) return;
  const std::string chip = entry.substr(first + 1, second - first - 1);
  const std::string name = chip == "-" ? chip : words.chip(chip);
  if (name.find('/') != std::string::npos) return;
  rule.set_entry_id(entry.substr(0, first + 1) + name + entry.substr(second));
}

// One text, if its field is one that holds an entity or a sentence.
std::string Written(const FieldDescriptor& field, const std::string& text,
                    const EntityWriter& writer, const EntityWords& words) {
  const std::string& of = field.containing_type()->name();
  if (of == "PossibleRule" && field.name() == "condition") return WithNames(text, words);
  if (of == "ExplainedValue" && field.name() == "field") return FieldName(text, words);
  if (std::find(kSentences.begin(), kSentences.end(), field.name()) != kSentences.end()) {
    return WithNames(text, words);
  }
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

void WriteField(Message& message, const FieldDescriptor& field, const EntityWriter& writer,
                const EntityWords& words) {
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
    if (!was.empty()) reflection.SetString(&message, &field, Written(field, was, writer, words));
    return;
  }
  for (int i = 0; i < reflection.FieldSize(message, &field); ++i) {
    if (!text) {
      enter(*reflection.MutableRepeatedMessage(&message, &field, i));
      continue;
    }
    const std::string was = reflection.GetRepeatedString(message, &field, i);
    reflection.SetRepeatedString(&message, &field, i, Written(field, was, writer, words));
  }
}

}  // namespace

void WriteEntities(Message& message, const EntityWriter& writer) {
  const EntityWords words = WordsOf(writer);
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
  for (const FieldDescriptor* field : fields) WriteField(message, *field, writer, words);
  if (auto* rule = dynamic_cast<v1::PossibleRule*>(&message)) WriteChipOf(*rule, words);
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
