#ifndef CHIPLINE_STORAGE_STATUS_MACROS_H_
#define CHIPLINE_STORAGE_STATUS_MACROS_H_

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

// Returns from the enclosing function if `expression` is an error.
#define RETURN_IF_ERROR(expression)                           \
  do {                                                        \
    if (absl::Status status_ = (expression); !status_.ok()) { \
      return status_;                                         \
    }                                                         \
  } while (false)

// ASSIGN_OR_RETURN(auto value, Compute()): the value, or returns the error.
#define ASSIGN_OR_RETURN(declaration, expression) \
  CHIPLINE_ASSIGN_OR_RETURN_(CHIPLINE_CONCAT_(result_, __LINE__), declaration, expression)
#define CHIPLINE_ASSIGN_OR_RETURN_(result, declaration, expression) \
  auto result = (expression);                                       \
  if (!result.ok()) return result.status();                         \
  declaration = *std::move(result)
#define CHIPLINE_CONCAT_(a, b) CHIPLINE_CONCAT_2_(a, b)
#define CHIPLINE_CONCAT_2_(a, b) a##b

#endif  // CHIPLINE_STORAGE_STATUS_MACROS_H_
