// The one exception the core throws on purpose. src/pg/guard.cpp maps its kind to a SQLSTATE.
#pragma once
#include <stdexcept>
#include <string>
#include <utility>

namespace credit_risk {

enum class ErrorKind {
  kInvalidInput,  // an argument or a row that no caller may pass
  kBadModel,      // a stored or imported model that breaks its own rules
  kUndefined,     // a name that does not exist
  kLimit,         // a size or memory cap
  kCancelled,     // the StopFlag was raised
};

// `message` lower case without full stop; `detail` and `hint` whole sentences, or empty.
class Error : public std::runtime_error {
 public:
  Error(ErrorKind kind, const std::string& message, std::string detail = {}, std::string hint = {})
      : std::runtime_error(message),
        kind_(kind),
        detail_(std::move(detail)),
        hint_(std::move(hint)) {}

  ErrorKind kind() const noexcept { return kind_; }
  const std::string& detail() const noexcept { return detail_; }
  const std::string& hint() const noexcept { return hint_; }

 private:
  ErrorKind kind_;
  std::string detail_;
  std::string hint_;
};

}  // namespace credit_risk
