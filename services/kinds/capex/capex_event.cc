#include <algorithm>
#include <string_view>
#include <utility>

#include "fmt/format.h"
#include "services/kinds/all_kinds.h"
#include "services/kinds/check_dates.h"
#include "services/kinds/check_source.h"
#include "services/kinds/check_values.h"
#include "services/kinds/entry_key.h"
#include "services/kinds/field_limits.h"
#include "services/kinds/naming.h"
#include "services/kinds/payload_kind.h"
#include "services/kinds/statement.h"

namespace chipline::kinds {
namespace {

void CheckCapex(v1::CapexAnnouncement& capex, const FieldPath& path, Review& review) {
  CheckKnownFields(capex, path, review);
  CheckRefs(capex.companies(), 1, limits::kMaxParties, path, "companies", review);
  RequireEnum<v1::CapexScope_IsValid>(capex.scope(), path / "scope", review);
  if (capex.scope() == v1::CAPEX_SCOPE_OTHER && capex.scope_text().empty()) {
    ReportMissing(path / "scope_text", "with CAPEX_SCOPE_OTHER it says what the money is for",
                  review);
  }
  CheckText(capex.definition(), limits::kMaxKeyBytes, path / "definition", review);
  CheckRefs(capex.suppliers(), 0, limits::kMaxParties, path, "suppliers", review);
  if (capex.has_region()) CheckRef(capex.region(), path / "region", review);
  if (capex.has_period()) CompletePeriod(*capex.mutable_period(), path / "period", review);
  RequireEnum<v1::CapexBasis_IsValid>(capex.basis(), path / "basis", review);
  if (capex.basis() == v1::CAPEX_BASIS_ONGOING && capex.has_period()) {
    review.Report(path / "period",
                  "is set with CAPEX_BASIS_ONGOING, which is spending with no period; "
                  "leave it out, or choose the basis of a figure for a period");
  }
  if (capex.has_amount()) CheckAmount(capex.amount(), path / "amount", review);
  if (capex.has_growth_on_year()) {
    CheckGrowth(capex.growth_on_year(), path / "growth_on_year", review);
  }
  if (capex.has_share_of()) CheckShare(capex.share_of(), path / "share_of", review);
  RequireEnum<v1::Accounting_IsValid>(capex.accounting(), path / "accounting", review);
  CheckWording(capex, path, review);
}

// A figure that is called spent cannot have been published before its period was over. Nothing is
// known of a claim without a date, since the record time is only set by the log.
void CheckActualIsPast(const v1::Event& event, const FieldPath& path, Review& review) {
  const v1::CapexAnnouncement& capex = event.capex_announcement();
  if (capex.basis() != v1::CAPEX_BASIS_ACTUAL || capex.period().end().empty()) return;
  const std::string_view published = PublishedDay(event.source());
  if (published.empty() || published >= capex.period().end()) return;
  review.Report(path / "basis",
                fmt::format("is CAPEX_BASIS_ACTUAL, but it was published on {} at the latest "
                            "and its period ends on {} (not included); use "
                            "CAPEX_BASIS_ESTIMATE for a figure of a period that is not over",
                            published, capex.period().end()));
}

v1::BasisClass ClassOf(v1::CapexBasis basis) {
  switch (basis) {
    case v1::CAPEX_BASIS_ACTUAL:
      return v1::BASIS_CLASS_ACTUAL;
    case v1::CAPEX_BASIS_ONGOING:
      return v1::BASIS_CLASS_ONGOING;
    case v1::CAPEX_BASIS_UNSPECIFIED:
      return v1::BASIS_CLASS_UNSPECIFIED;
    default:
      return v1::BASIS_CLASS_FORWARD;
  }
}

// Without bounds a fiscal label says too little to tell that two reports mean the same year.
bool Resolved(const v1::Period& period) {
  if (period.kind() == v1::PERIOD_KIND_CALENDAR) return !period.edtf().empty();
  return period.kind() == v1::PERIOD_KIND_FISCAL && !period.fiscal_label().empty() &&
         !period.start().empty() && !period.end().empty();
}

class Capex final : public PayloadKind<v1::CapexAnnouncement, &v1::Event::capex_announcement> {
 public:
  void Check(v1::Event& event, const FieldPath& event_path, Review& review) const override {
    const FieldPath path = event_path / "capex_announcement";
    const size_t before = review.violations.count();
    CheckCapex(*event.mutable_capex_announcement(), path, review);
    CheckWhole(event, Of(event).share_of(), path, review);
    if (review.violations.count() == before) CheckActualIsPast(event, path, review);
  }

  void Name(const v1::Event& event, Namer& namer) const override {
    const v1::CapexAnnouncement& capex = Of(event);
    namer.Token(kCompany, capex.companies());
    namer.Mentions(kCompany, capex.suppliers());
    if (capex.has_region()) namer.Mention(kPlace, capex.region());
  }

  void CollectNames(const v1::Event& event, NameCollector& names) const override {
    const v1::CapexAnnouncement& capex = Of(event);
    names.Add(capex.companies());
    names.Add(capex.suppliers());
    names.Add(capex.region());
    names.Add(capex.amount());
  }

  bool AnyConcerned(const v1::Event& event,
                    absl::FunctionRef<bool(const v1::Ref&)> is) const override {
    const auto& companies = Of(event).companies();
    return std::any_of(companies.begin(), companies.end(), is);
  }

  // The first of amount, share and growth that is there: a retelling may leave out the rest.
  bool State(const v1::Event& event, const NamesAt&, Statement& said) const override {
    const v1::CapexAnnouncement& capex = Of(event);
    if (capex.has_amount()) {
      said.Add(capex.amount());
    } else if (capex.has_share_of()) {
      said.Add("share");
      said.Add(capex.share_of());
      said.Add(capex.share_of().of_event_id());
      said.Add(capex.share_of().of_text());
    } else if (capex.has_growth_on_year()) {
      said.Add("growth");
      said.Add(capex.growth_on_year());
      said.AddNumber(capex.growth_on_year().direction());
    } else {
      said.Add("spending");
    }
    return true;
  }

  std::vector<v1::EntryKey> Keys(const v1::RecordedEvent& recorded,
                                 const NamesAt& names) const override {
    const v1::CapexAnnouncement& capex = Of(recorded.event());
    v1::EntryKey entry;
    v1::CapexKey& key = *entry.mutable_capex();
    for (std::string& id : names.Companies(capex.companies())) key.add_companies(std::move(id));
    for (std::string& id : names.Companies(capex.suppliers())) key.add_suppliers(std::move(id));
    key.set_scope(capex.scope());
    if (capex.scope() == v1::CAPEX_SCOPE_OTHER) key.set_scope_text(capex.scope_text());
    key.set_definition(capex.definition());
    if (capex.has_region()) key.set_region(names.Place(capex.region()));
    key.set_accounting(capex.accounting());
    key.set_basis_class(ClassOf(capex.basis()));
    if (capex.has_period()) {
      const v1::Period& period = capex.period();
      key.set_period_kind(period.kind());
      key.set_period(period.kind() == v1::PERIOD_KIND_FISCAL ? period.fiscal_label()
                                                             : period.edtf());
    }
    if (!Resolved(capex.period())) key.set_claim_event_id(recorded.event().event_id());
    return {std::move(entry)};
  }

  // The claim that states the whole, for a share of it.
  std::vector<std::string> References(const v1::Event& event) const override {
    const std::string& whole = Of(event).share_of().of_event_id();
    if (whole.empty() || whole == event.event_id()) return {};
    return {whole};
  }
};

}  // namespace

const EventKind& CapexEvents() {
  static const Capex kind;
  return kind;
}

}  // namespace chipline::kinds
