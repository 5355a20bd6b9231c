#ifndef CHIPLINE_SERVICES_PICTURE_NAMES_H_
#define CHIPLINE_SERVICES_PICTURE_NAMES_H_

#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "google/protobuf/repeated_field.h"

#include "chipline/v1/alias_change.pb.h"

namespace chipline::picture {

// The names under which entities are shown. An entity that was given none is shown by its id. Names
// come back isolated (text.h), ready to stand in other text.
class Names {
 public:
  void Set(v1::EntityKind kind, std::string id, std::string name);

  std::string Company(std::string_view id) const;
  std::string Chip(std::string_view id) const;
  std::string Place(std::string_view id) const;
  // A publisher or an author: a company or a body.
  std::string Publisher(std::string_view id) const;

  // "Alibaba + Baidu + Tencent".
  std::string Companies(const google::protobuf::RepeatedPtrField<std::string>& ids,
                        std::string_view separator) const;
  std::string Chips(const google::protobuf::RepeatedPtrField<std::string>& ids) const;

 private:
  std::string Of(v1::EntityKind kind, std::string_view id) const;

  std::map<std::pair<int, std::string>, std::string> names_;
};

}  // namespace chipline::picture

#endif  // CHIPLINE_SERVICES_PICTURE_NAMES_H_
