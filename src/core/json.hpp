// The only door to nlohmann_json. A failed assertion throws instead of aborting the server.
#pragma once
#include <stdexcept>

#ifdef INCLUDE_NLOHMANN_JSON_HPP_
#error "include core/json.hpp, never <nlohmann/json.hpp> directly"
#endif
#define JSON_ASSERT(condition)                                                  \
  do {                                                                          \
    if (!(condition)) throw std::logic_error("json assertion failed: " #condition); \
  } while (false)
#include <nlohmann/json.hpp>
