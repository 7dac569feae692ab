// A grown tree as bytes on its way between processes of one machine; never stored.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>

#include "core/model/model.hpp"

namespace credit_risk {

struct NumberedTree {
  std::uint32_t number = 0;
  TreeEnsemble tree;  // one tree
};

std::string pack_tree(std::uint32_t number, const TreeEnsemble& tree);

// Throws when the size is not that of a packed tree.
NumberedTree unpack_tree(const char* bytes, std::size_t size);

}  // namespace credit_risk
