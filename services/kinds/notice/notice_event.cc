#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "services/kinds/all_kinds.h"
#include "services/kinds/check_dates.h"
#include "services/kinds/check_values.h"
#include "services/kinds/field_limits.h"
#include "services/kinds/naming.h"
#include "services/kinds/payload_kind.h"
#include "services/kinds/statement.h"

namespace chipline::kinds {
namespace {

void CheckNotice(const v1::ClaimNotice& notice, const FieldPath& path, Review& review) {
  CheckKnownFields(notice, path, review);
  CheckText(notice.text(), limits::kMaxTextBytes, path / "text", review);
  CheckWording(notice, path, review);
}

class Notice final : public PayloadKind<v1::ClaimNotice, &v1::Event::claim_notice> {
 public:
  void Check(v1::Event& event, const FieldPath& path, Review& review) const override {
    if (event.links().empty()) {
      ReportMissing(path / "links", "a claim_notice speaks of other claims; link to one", review);
    }
    CheckNotice(Of(event), path / "claim_notice", review);
  }

  void Name(const v1::Event& event, Namer& namer) const override {
    namer.Literal(HashToken(event.links(0).event_id()));
  }

  // A notice says nothing but its links.
  bool State(const v1::Event& event, const NamesAt&, Statement& said) const override {
    std::vector<std::pair<int, std::string_view>> links;
    for (const v1::Link& link : event.links()) links.emplace_back(link.relation(), link.event_id());
    std::sort(links.begin(), links.end());
    for (const auto& [relation, event_id] : links) {
      said.AddNumber(relation);
      said.Add(event_id);
    }
    return true;
  }
};

}  // namespace

const EventKind& NoticeEvents() {
  static const Notice kind;
  return kind;
}

}  // namespace chipline::kinds
