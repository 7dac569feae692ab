// The boundary between the server and the core: exceptions become ereport here, and only here.
#pragma once
#include <new>

#include "pg/postgres.hpp"

namespace credit_risk {
class StopFlag;
}

namespace credit_risk::pg {

// Plain data: may lie on the stack while ereport jumps over it.
struct Failure {
  int sqlstate;
  bool cancelled;
  char message[512];
  char detail[1024];
  char hint[512];
};

// Fills `failure` from the exception being handled.
void describe_current_exception(Failure* failure) noexcept;

[[noreturn]] void raise(const Failure& failure);

// The flag that a cancel request or a timeout raises, for the core's long loops.
StopFlag interrupt_flag() noexcept;

// Runs core code. The body holds C++ objects and makes no server call, not even palloc; it captures
// by reference only.
template <class Body>
inline void guard(Body&& body) {
  static_assert(std::is_trivially_destructible_v<std::remove_reference_t<Body>>,
                "capture by reference only: ereport would skip the destructor of a captured value");
  Failure failure;
  bool failed = false;
  try {
    body();
  } catch (...) {
    describe_current_exception(&failure);
    failed = true;
  }
  if (failed) raise(failure);  // the exception object is gone; nothing here needs a destructor
}

// A C++ object that lives as long as `context` and is destroyed with it, on error too.
template <class T, class... Args>
T* make_in_context(MemoryContext context, Args&&... args) {
  struct Slot {
    MemoryContextCallback callback;
    alignas(T) unsigned char room[sizeof(T)];
  };
  auto* slot = static_cast<Slot*>(MemoryContextAllocZero(context, sizeof(Slot)));
  guard([&] { new (slot->room) T(static_cast<Args&&>(args)...); });
  slot->callback.func = [](void* object) { static_cast<T*>(object)->~T(); };
  slot->callback.arg = slot->room;
  MemoryContextRegisterResetCallback(context, &slot->callback);
  return reinterpret_cast<T*>(slot->room);
}

}  // namespace credit_risk::pg
