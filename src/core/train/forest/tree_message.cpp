#include "core/train/forest/tree_message.hpp"

#include "core/message.hpp"

namespace credit_risk {
namespace {

// Calls `part` for each array of the tree.
template <class Tree, class Part>
void each_array(Tree& tree, Part&& part) {
  part(tree.feature);
  part(tree.left);
  part(tree.right);
  part(tree.category_begin);
  part(tree.threshold);
  part(tree.value);
  part(tree.cover);
  part(tree.flags);
  part(tree.category_words);
}

}  // namespace

std::string pack_tree(std::uint32_t number, const TreeEnsemble& tree) {
  return write_message([&](MessageWriter& message) {
    message.value(number);
    each_array(tree, [&](const auto& array) { message.array(array); });
  });
}

NumberedTree unpack_tree(const char* bytes, std::size_t size) {
  MessageReader message(bytes, size);
  NumberedTree result;
  result.number = message.value<std::uint32_t>();
  result.tree.root.push_back(0);
  each_array(result.tree, [&](auto& array) { message.array(array); });
  message.end();
  return result;
}

}  // namespace credit_risk
