// A peer's shared library, opened at run time: we declare the functions that we call ourselves.
#pragma once
#include <dlfcn.h>

#include <stdexcept>
#include <string>

namespace credit_risk::bench {

class Library {
 public:
  explicit Library(const std::string& file) : handle_(dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL)) {
    if (handle_ == nullptr) throw std::runtime_error(dlerror());
  }
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;

  template <class Function>
  void find(const char* name, Function*& function) const {
    function = reinterpret_cast<Function*>(dlsym(handle_, name));
    if (function == nullptr) throw std::runtime_error(std::string("no function named ") + name);
  }

 private:
  void* handle_;  // stays open: libraries with threads do not like to be unloaded
};

}  // namespace credit_risk::bench
