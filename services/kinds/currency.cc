#include "services/kinds/currency.h"

#include <algorithm>
#include <bitset>
#include <cstddef>

#include "unicode/ucurr.h"
#include "unicode/uenum.h"

#include "storage/check.h"

namespace chipline::kinds {
namespace {

constexpr size_t kLetters = 26;
using Codes = std::bitset<kLetters * kLetters * kLetters>;

bool HasForm(std::string_view code) {
  return code.size() == 3 &&
         std::all_of(code.begin(), code.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

size_t Place(std::string_view code) {
  size_t place = 0;
  for (const char c : code) place = place * kLetters + static_cast<size_t>(c - 'A');
  return place;
}

Codes ReadCodes() {
  UErrorCode error = U_ZERO_ERROR;
  UEnumeration* list = ucurr_openISOCurrencies(UCURR_COMMON | UCURR_NON_DEPRECATED, &error);
  Codes codes;
  int32_t size = 0;
  while (const char* code = uenum_next(list, &size, &error)) {
    const std::string_view view(code, static_cast<size_t>(size));
    if (HasForm(view)) codes.set(Place(view));
  }
  uenum_close(list);
  CHECK(U_SUCCESS(error));
  return codes;
}

}  // namespace

bool IsCurrency(std::string_view code) {
  static const Codes codes = ReadCodes();
  return HasForm(code) && codes.test(Place(code));
}

}  // namespace chipline::kinds
