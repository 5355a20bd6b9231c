#include "fmt/format.h"
#include "services/ingest/check_dates.h"
#include "services/ingest/check_payloads.h"
#include "services/ingest/check_values.h"
#include "services/ingest/field_limits.h"

namespace chipline::ingest {
namespace {

// What the rule covers: chips, places and buyers, by name or in the report's words.
void CheckReach(const v1::ExportRuleChange& rule, const FieldPath& path, Review& review) {
  CheckRefs(rule.chips(), 0, limits::kMaxRuleNames, path, "chips", review);
  CheckRefs(rule.chips_except(), 0, limits::kMaxRuleNames, path, "chips_except", review);
  CheckText(rule.chips_text(), limits::kMaxTextBytes, path / "chips_text", review);
  if (rule.chips().empty() && rule.chips_text().empty()) {
    ReportMissing(path / "chips", "the chips it covers, or the report's wording in chips_text",
                  review);
  }
  CheckRefs(rule.destinations(), 0, limits::kMaxRuleNames, path, "destinations", review);
  CheckRefs(rule.destinations_except(), 0, limits::kMaxRuleNames, path, "destinations_except",
            review);
  if (rule.destinations().empty() && rule.scope_text().empty()) {
    ReportMissing(path / "destinations",
                  "the places it is about, or the report's wording in scope_text", review);
  }
  CheckEnum<v1::EndUsers_IsValid>(rule.end_users(), path / "end_users", review);
  CheckRefs(rule.buyers(), 0, limits::kMaxRuleNames, path, "buyers", review);
  if (rule.end_users() == v1::END_USERS_NAMED && rule.buyers().empty()) {
    ReportMissing(path / "buyers", "END_USERS_NAMED is for those named here", review);
  }
  if (rule.has_buyer_seat()) CheckRef(rule.buyer_seat(), path / "buyer_seat", review);
}

// A day that is surely before another makes no sense where it must be after it. Days that may
// overlap are left alone, since a month or a quarter is often all that is known.
void CheckAfterEffective(const v1::Date& later, const v1::Date& effective, bool may_be_equal,
                         const FieldPath& path, Review& review) {
  if (later.latest().empty() || effective.earliest().empty()) return;
  const bool fine =
      may_be_equal ? later.latest() >= effective.earliest() : later.latest() > effective.earliest();
  if (fine) return;
  review.Report(path, fmt::format("is {} at the latest, but the rule is effective from {} "
                                  "at the earliest; it cannot be before that",
                                  later.latest(), effective.earliest()));
}

void CheckDays(v1::ExportRuleChange& rule, const FieldPath& path, Review& review) {
  const size_t before = review.violations.count();
  if (rule.has_announced()) CompleteDate(*rule.mutable_announced(), path / "announced", review);
  if (rule.has_effective()) CompleteDate(*rule.mutable_effective(), path / "effective", review);
  if (rule.has_binding()) CompleteDate(*rule.mutable_binding(), path / "binding", review);
  if (rule.has_expires()) CompleteDate(*rule.mutable_expires(), path / "expires", review);
  if (review.violations.count() != before) return;
  CheckAfterEffective(rule.binding(), rule.effective(), true, path / "binding", review);
  CheckAfterEffective(rule.expires(), rule.effective(), false, path / "expires", review);
}

}  // namespace

void CheckRule(v1::ExportRuleChange& rule, const FieldPath& path, Review& review) {
  CheckKnownFields(rule, path, review);
  RequireEnum<v1::RuleNature_IsValid>(rule.nature(), path / "nature", review);
  CheckText(rule.rule_id(), limits::kMaxKeyBytes, path / "rule_id", review);
  if (rule.has_jurisdiction()) {
    CheckRef(rule.jurisdiction(), path / "jurisdiction", review);
  } else {
    ReportMissing(path / "jurisdiction", "whose rule it is", review);
  }
  if (rule.has_body()) CheckRef(rule.body(), path / "body", review);
  RequireEnum<v1::GateKind_IsValid>(rule.gate(), path / "gate", review);
  CheckEnum<v1::RuleInstrument_IsValid>(rule.instrument(), path / "instrument", review);
  CheckReach(rule, path, review);
  CheckText(rule.purpose(), limits::kMaxTextBytes, path / "purpose", review);
  if (rule.has_quantity_cap()) {
    CheckChipQuantity(rule.quantity_cap(), path / "quantity_cap", review);
  }
  RequireEnum<v1::RuleEffect_IsValid>(rule.effect(), path / "effect", review);
  CheckEnum<v1::RuleEffect_IsValid>(rule.effect_before(), path / "effect_before", review);
  RequireEnum<v1::RuleStatus_IsValid>(rule.status(), path / "status", review);
  CheckDays(rule, path, review);
  CheckEnum<v1::AppliesTo_IsValid>(rule.applies_to(), path / "applies_to", review);
  CheckWording(rule, path, review);
  CheckText(rule.performance_threshold(), limits::kMaxTextBytes, path / "performance_threshold",
            review);
}

}  // namespace chipline::ingest
