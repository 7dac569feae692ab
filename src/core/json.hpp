// The only door to nlohmann_json. A failed assertion throws instead of aborting the server.
#pragma once
#include <stdexcept>

#ifdef INCLUDE_NLOHMANN_JSON_HPP_
#error "include core/json.hpp, never <nlohmann/json.hpp> directly"
#endif
namespace credit_risk {
[[noreturn]] inline void fail_json_assertion(const char* condition) {
  throw std::logic_error(condition);
}
}  // namespace credit_risk
#define JSON_ASSERT(condition)                                                                \
  do {                                                                                        \
    if (!(condition)) credit_risk::fail_json_assertion("json assertion failed: " #condition); \
  } while (false)
#include <nlohmann/json.hpp>
