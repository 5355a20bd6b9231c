#include "services/timeline/folds/authority.h"

namespace chipline::timeline {

Authority AuthorityOf(v1::OriginKind origin) {
  switch (origin) {
    case v1::ORIGIN_KIND_OFFICIAL:
      return Authority::kOfficial;
    case v1::ORIGIN_KIND_FILING:
      return Authority::kFiling;
    case v1::ORIGIN_KIND_NAMED:
      return Authority::kNamed;
    default:
      return Authority::kOther;
  }
}

}  // namespace chipline::timeline
