#include "pg/guard.hpp"

#include "core/error.hpp"
#include "core/stop_flag.hpp"

namespace credit_risk::pg {
namespace {

int sqlstate_of(ErrorKind kind) noexcept {
  switch (kind) {
    case ErrorKind::kInvalidInput:
      return ERRCODE_INVALID_PARAMETER_VALUE;
    case ErrorKind::kBadModel:
      return ERRCODE_DATA_EXCEPTION;
    case ErrorKind::kUndefined:
      return ERRCODE_UNDEFINED_OBJECT;
    case ErrorKind::kLimit:
      return ERRCODE_PROGRAM_LIMIT_EXCEEDED;
    case ErrorKind::kCancelled:
      return ERRCODE_QUERY_CANCELED;
  }
  return ERRCODE_INTERNAL_ERROR;
}

template <std::size_t N>
void put(char (&to)[N], const char* from) noexcept {
  std::snprintf(to, N, "%s", from);
}

// What put() had to cut may end in half a character.
template <std::size_t N>
int whole_characters(const char (&text)[N]) {
  const auto size = static_cast<int>(std::strlen(text));
  return size + 1 < static_cast<int>(N) ? size : pg_mbcliplen(text, size, size - 1);
}

}  // namespace

void describe_current_exception(Failure* failure) noexcept {
  failure->sqlstate = ERRCODE_INTERNAL_ERROR;
  failure->cancelled = false;
  failure->detail[0] = failure->hint[0] = '\0';
  try {
    throw;
  } catch (const Error& error) {
    failure->sqlstate = sqlstate_of(error.kind());
    failure->cancelled = error.kind() == ErrorKind::kCancelled;
    put(failure->message, error.what());
    put(failure->detail, error.detail().c_str());
    put(failure->hint, error.hint().c_str());
  } catch (const std::bad_alloc&) {
    failure->sqlstate = ERRCODE_OUT_OF_MEMORY;
    put(failure->message, "out of memory");
  } catch (const std::exception& error) {
    put(failure->message, error.what());
  } catch (...) {
    put(failure->message, "unexpected C++ exception");
  }
}

void raise(const Failure& failure) {
  if (failure.cancelled)
    CHECK_FOR_INTERRUPTS();  // the server's own message for a cancel, timeout or shutdown
  ereport(ERROR,
          (errcode(failure.sqlstate),
           errmsg_internal("%.*s", whole_characters(failure.message), failure.message),
           failure.detail[0]
               ? errdetail_internal("%.*s", whole_characters(failure.detail), failure.detail)
               : 0,
           failure.hint[0] ? errhint("%.*s", whole_characters(failure.hint), failure.hint) : 0));
  pg_unreachable();
}

StopFlag interrupt_flag() noexcept {
  // Not InterruptPending: that one also rises for barriers and messages that do not end the
  // statement.
  return StopFlag(&QueryCancelPending, &ProcDiePending);
}

}  // namespace credit_risk::pg
