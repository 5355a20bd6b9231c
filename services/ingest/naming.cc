#include "services/ingest/naming.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "google/protobuf/repeated_ptr_field.h"

#include "services/values/name_table.h"
#include "services/values/sha256.h"
#include "services/values/subject_token.h"

namespace chipline::ingest {
namespace {

using Refs = google::protobuf::RepeatedPtrField<v1::Ref>;

constexpr size_t kHashDigits = 16;

std::string HashToken(std::string_view text) {
  std::string token("x-");
  token.append(Sha256Hex(text), 0, kHashDigits);
  return token;
}

std::string_view GateToken(v1::GateKind gate) {
  switch (gate) {
    case v1::GATE_KIND_EXPORT:
      return "export";
    case v1::GATE_KIND_IMPORT:
      return "import";
    case v1::GATE_KIND_USE:
      return "use";
    default:
      return "";
  }
}

std::string_view MetricToken(v1::UsageMetric metric) {
  switch (metric) {
    case v1::USAGE_METRIC_TOKENS_PER_DAY:
      return "tokens-per-day";
    case v1::USAGE_METRIC_MONTHLY_ACTIVE_USERS:
      return "monthly-active-users";
    default:
      return "";
  }
}

// Collects the mentions of one event, each once, and its subject's tokens.
class Namer {
 public:
  Namer(FoldKeys& fold_keys, storage::v1::Naming& naming)
      : fold_keys_(fold_keys), naming_(naming) {}

  void Literal(std::string_view token) {
    naming_.add_subject()->set_literal(token.data(), token.size());
  }

  // The entity, and nothing in the subject.
  uint32_t Mention(v1::EntityKind kind, const v1::Ref& ref) {
    return Add(kind, ref.mention().empty() ? "" : fold_keys_.Of(ref.mention()), ref.id());
  }
  void Mentions(v1::EntityKind kind, const Refs& refs) {
    for (const v1::Ref& ref : refs) Mention(kind, ref);
  }

  // The entities, and the subject's next token made of them.
  void Token(v1::EntityKind kind, const v1::Ref& ref) {
    naming_.add_subject()->add_mentions(Mention(kind, ref));
  }
  void Token(v1::EntityKind kind, const Refs& refs) {
    storage::v1::SubjectToken& token = *naming_.add_subject();
    for (const v1::Ref& ref : refs) token.add_mentions(Mention(kind, ref));
  }

  uint32_t Add(v1::EntityKind kind, std::string fold_key, const std::string& id) {
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

 private:
  FoldKeys& fold_keys_;
  storage::v1::Naming& naming_;
};

constexpr v1::EntityKind kCompany = v1::ENTITY_KIND_COMPANY;
constexpr v1::EntityKind kChip = v1::ENTITY_KIND_CHIP;
constexpr v1::EntityKind kPlace = v1::ENTITY_KIND_PLACE;
constexpr v1::EntityKind kBody = v1::ENTITY_KIND_BODY;

void NameCapex(const v1::CapexAnnouncement& capex, Namer& namer) {
  namer.Literal(SubjectRoot(v1::EVENT_TYPE_CAPEX_ANNOUNCEMENT));
  namer.Token(kCompany, capex.companies());
  namer.Mentions(kCompany, capex.suppliers());
  if (capex.has_region()) namer.Mention(kPlace, capex.region());
}

void NameRule(const v1::ExportRuleChange& rule, Namer& namer) {
  namer.Literal(SubjectRoot(v1::EVENT_TYPE_EXPORT_RULE_CHANGE));
  namer.Token(kPlace, rule.jurisdiction());
  namer.Literal(GateToken(rule.gate()));
  if (rule.has_body()) namer.Mention(kBody, rule.body());
  namer.Mentions(kChip, rule.chips());
  namer.Mentions(kChip, rule.chips_except());
  namer.Mentions(kPlace, rule.destinations());
  namer.Mentions(kPlace, rule.destinations_except());
  namer.Mentions(kCompany, rule.buyers());
  if (rule.has_buyer_seat()) namer.Mention(kPlace, rule.buyer_seat());
}

void NameOrder(const v1::ChipOrder& order, const std::string& event_id, Namer& namer) {
  namer.Literal(SubjectRoot(v1::EVENT_TYPE_CHIP_ORDER));
  namer.Token(kCompany, order.buyers());
  namer.Literal(order.order_id().empty() ? HashToken(event_id) : SubjectToken(order.order_id()));
  namer.Mention(kCompany, order.supplier());
  namer.Mentions(kChip, order.chips());
  if (order.has_destination()) namer.Mention(kPlace, order.destination());
  for (const v1::OrderGate& gate : order.gates()) namer.Mention(kPlace, gate.jurisdiction());
}

void NameSupply(const v1::ChipSupply& supply, Namer& namer) {
  namer.Literal(SubjectRoot(v1::EVENT_TYPE_CHIP_SUPPLY));
  namer.Token(kCompany, supply.holder());
  namer.Token(kChip, supply.chips());
  if (supply.has_customer()) namer.Mention(kCompany, supply.customer());
}

void NameUsage(const v1::UsageReport& usage, Namer& namer) {
  namer.Literal(SubjectRoot(v1::EVENT_TYPE_USAGE_REPORT));
  namer.Token(kCompany, usage.company());
  namer.Literal(MetricToken(usage.metric()));
}

}  // namespace

std::string_view SubjectRoot(v1::EventType type) {
  switch (type) {
    case v1::EVENT_TYPE_CAPEX_ANNOUNCEMENT:
      return "capex";
    case v1::EVENT_TYPE_EXPORT_RULE_CHANGE:
      return "rule";
    case v1::EVENT_TYPE_CHIP_ORDER:
      return "order";
    case v1::EVENT_TYPE_CHIP_SUPPLY:
      return "supply";
    case v1::EVENT_TYPE_USAGE_REPORT:
      return "usage";
    case v1::EVENT_TYPE_ALIAS_CHANGE:
      return "alias";
    case v1::EVENT_TYPE_CLAIM_NOTICE:
      return "notice";
    default:
      return "";
  }
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

void NameEvent(const v1::Event& event, FoldKeys& fold_keys, storage::v1::Naming& naming) {
  Namer namer(fold_keys, naming);
  switch (event.payload_case()) {
    case v1::Event::kCapexAnnouncement:
      return NameCapex(event.capex_announcement(), namer);
    case v1::Event::kExportRuleChange:
      return NameRule(event.export_rule_change(), namer);
    case v1::Event::kChipOrder:
      return NameOrder(event.chip_order(), event.event_id(), namer);
    case v1::Event::kChipSupply:
      return NameSupply(event.chip_supply(), namer);
    case v1::Event::kUsageReport:
      return NameUsage(event.usage_report(), namer);
    case v1::Event::kAliasChange:
      namer.Literal(SubjectRoot(v1::EVENT_TYPE_ALIAS_CHANGE));
      namer.Literal(event.alias_change().entity());
      namer.Add(event.alias_change().kind(), "", event.alias_change().entity());
      *naming.mutable_name_change() = NameChangeOf(event.alias_change(), fold_keys);
      return;
    case v1::Event::kClaimNotice:
      namer.Literal(SubjectRoot(v1::EVENT_TYPE_CLAIM_NOTICE));
      namer.Literal(HashToken(event.links(0).event_id()));
      return;
    case v1::Event::PAYLOAD_NOT_SET:
      return;
  }
}

}  // namespace chipline::ingest
