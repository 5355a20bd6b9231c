#ifndef CHIPLINE_SERVICES_VALUES_SHA256_H_
#define CHIPLINE_SERVICES_VALUES_SHA256_H_

#include <string>
#include <string_view>

namespace chipline {

// SHA-256 (FIPS 180-4) of the bytes, as 64 lower-case hexadecimal digits. Thread-safe.
std::string Sha256Hex(std::string_view bytes);

}  // namespace chipline

#endif  // CHIPLINE_SERVICES_VALUES_SHA256_H_
