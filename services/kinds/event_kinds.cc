#include <array>
#include <cstddef>
#include <string>

#include "services/kinds/all_kinds.h"
#include "services/kinds/checks.h"
#include "services/kinds/entry_key.h"
#include "services/kinds/event_kind.h"
#include "services/kinds/naming.h"
#include "services/kinds/statement.h"

namespace chipline::kinds {
namespace {

constexpr std::array kRows = {
    EventKindRow{v1::EVENT_TYPE_CAPEX_ANNOUNCEMENT, v1::Event::kCapexAnnouncement, "capex",
                 CapexEvents},
    EventKindRow{v1::EVENT_TYPE_EXPORT_RULE_CHANGE, v1::Event::kExportRuleChange, "rule",
                 RuleEvents},
    EventKindRow{v1::EVENT_TYPE_CHIP_ORDER, v1::Event::kChipOrder, "order", OrderEvents},
    EventKindRow{v1::EVENT_TYPE_CHIP_SUPPLY, v1::Event::kChipSupply, "supply", SupplyEvents},
    EventKindRow{v1::EVENT_TYPE_USAGE_REPORT, v1::Event::kUsageReport, "usage", UsageEvents},
    EventKindRow{v1::EVENT_TYPE_ALIAS_CHANGE, v1::Event::kAliasChange, "alias", NameEvents},
    EventKindRow{v1::EVENT_TYPE_CLAIM_NOTICE, v1::Event::kClaimNotice, "notice", NoticeEvents},
    EventKindRow{v1::EVENT_TYPE_PRICE_REPORT, v1::Event::kPriceReport, "price", PriceEvents},
};

// In event.proto the payload's field has its type's number and this.
constexpr int kFirstPayload = 9;

// Whether each type but UNSPECIFIED has its row, and each row the payload of its type.
constexpr bool IsWhole() {
  if (kRows.size() != static_cast<size_t>(v1::EventType_ARRAYSIZE) - 1) return false;
  for (size_t i = 0; i < kRows.size(); ++i) {
    const int type = static_cast<int>(i) + 1;
    if (kRows[i].type != type || kRows[i].payload != type + kFirstPayload) return false;
  }
  return true;
}
static_assert(IsWhole(), "each kind of event in event.proto has one row, in order");

// Of an event without a payload.
class NoKind final : public EventKind {
 public:
  void Check(v1::Event&, const FieldPath& path, Review& review) const override {
    std::string fields;
    for (const EventKindRow& row : kRows) {
      if (!fields.empty()) fields += ", ";
      fields += v1::Event::descriptor()->FindFieldByNumber(row.payload)->name();
    }
    ReportMissing(path / "payload", "exactly one of " + fields, review);
  }
  void Name(const v1::Event&, Namer&) const override {}
  const Texts& conditions(const v1::Event&) const override { return none_.conditions(); }
  const std::string& scope_text(const v1::Event&) const override { return none_.scope_text(); }
  bool State(const v1::Event&, const NamesAt&, Statement&) const override { return false; }

 private:
  const v1::ClaimNotice& none_ = v1::ClaimNotice::default_instance();
};

const EventKindRow* RowOf(const v1::Event& event) {
  const int type = event.payload_case() - kFirstPayload;
  return type < 1 ? nullptr : &kRows[static_cast<size_t>(type) - 1];
}

}  // namespace

std::span<const EventKindRow> EventKinds() { return kRows; }

const EventKind& KindOf(const v1::Event& event) {
  static const NoKind none;
  const EventKindRow* const row = RowOf(event);
  return row == nullptr ? none : row->kind();
}

std::string_view SubjectRoot(v1::EventType type) {
  const int row = type - 1;
  const bool known = row >= 0 && row < static_cast<int>(kRows.size());
  return known ? kRows[static_cast<size_t>(row)].subject_root : "";
}

std::vector<const v1::Ref*> NamesIn(const v1::Event& event) {
  NameCollector names;
  names.Add(event.source());
  KindOf(event).CollectNames(event, names);
  return names.Take();
}

void NameEvent(const v1::Event& event, FoldKeys& fold_keys, storage::v1::Naming& naming) {
  const EventKindRow* const row = RowOf(event);
  if (row == nullptr) return;
  Namer namer(fold_keys, naming);
  namer.Literal(row->subject_root);
  row->kind().Name(event, namer);
}

std::string StatementOf(const v1::Event& event, const NamesAt& names) {
  Statement said(event.payload_case());
  return KindOf(event).State(event, names, said) ? said.Take() : "";
}

std::vector<v1::EntryKey> KeysOf(const v1::RecordedEvent& event, const NamesAt& names) {
  return KindOf(event.event()).Keys(event, names);
}

std::vector<std::string> ReferencesOf(const v1::Event& event) {
  return KindOf(event).References(event);
}

}  // namespace chipline::kinds
