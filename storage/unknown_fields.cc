#include "storage/unknown_fields.h"

#include "fmt/format.h"

namespace chipline {

void AddUnknownFields(const google::protobuf::UnknownFieldSet& fields, std::string_view path,
                      Violations& bad) {
  int last = 0;
  for (int i = 0; i < fields.field_count(); ++i) {
    const int number = fields.field(i).number();
    if (number == last) continue;
    last = number;
    bad.Add(path,
            fmt::format("has a field of number {}, which this server does not know; leave it out, "
                        "or use a server of the version that the client was made for",
                        number));
  }
}

}  // namespace chipline
