#include "fmt/format.h"
#include "services/kinds/all_kinds.h"
#include "services/kinds/check_dates.h"
#include "services/kinds/check_values.h"
#include "services/kinds/field_limits.h"
#include "services/kinds/naming.h"
#include "services/kinds/payload_kind.h"
#include "services/kinds/statement.h"
#include "services/values/subject_token.h"

namespace chipline::kinds {
namespace {

void CheckAlias(const v1::AliasChange& alias, const FieldPath& path, Review& review) {
  CheckKnownFields(alias, path, review);
  if (!IsEntityId(alias.entity())) {
    review.Report(
        path / "entity",
        fmt::format("is {}; 1 to 64 of a-z, 0-9 and - are required, for example moore-threads",
                    alias.entity().empty() ? "missing" : Quoted(alias.entity())));
  }
  RequireEnum<v1::EntityKind_IsValid>(alias.kind(), path / "kind", review);
  RequireText(alias.alias(), limits::kMaxMentionBytes, path / "alias", review);
  if (!alias.alias().empty() && review.fold_keys.Of(alias.alias()).empty()) {
    review.Report(path / "alias",
                  fmt::format("is {}, which has nothing to know a name by; give a name "
                              "with a letter, a digit or a sign",
                              Quoted(alias.alias())));
  }
  CheckLanguage(alias.language(), path / "language", review);
  RequireEnum<v1::AliasOperation_IsValid>(alias.change(), path / "change", review);
  CheckWording(alias, path, review);
}

class Alias final : public PayloadKind<v1::AliasChange, &v1::Event::alias_change> {
 public:
  void Check(v1::Event& event, const FieldPath& path, Review& review) const override {
    CheckAlias(Of(event), path / "alias_change", review);
  }

  void Name(const v1::Event& event, Namer& namer) const override { namer.Change(Of(event)); }

  // What a name means is no claim that others could repeat.
  bool State(const v1::Event&, const NamesAt&, Statement&) const override { return false; }
};

}  // namespace

const EventKind& NameEvents() {
  static const Alias kind;
  return kind;
}

}  // namespace chipline::kinds
