#include "fmt/format.h"
#include "services/ingest/check_payloads.h"
#include "services/ingest/field_limits.h"
#include "services/values/subject_token.h"

namespace chipline::ingest {

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

}  // namespace chipline::ingest
