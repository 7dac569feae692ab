#include "core/train/forest/tree_message.hpp"

#include <cstring>
#include <stdexcept>

namespace credit_risk {
namespace {

struct Head {
  std::uint32_t number;
  std::uint32_t nodes;
  std::uint64_t words;
};

// Calls `part` for each array of the tree with the number of its elements.
template <class Tree, class Part>
void each_array(Tree& tree, const Head& head, Part&& part) {
  part(tree.feature, head.nodes);
  part(tree.left, head.nodes);
  part(tree.right, head.nodes);
  part(tree.category_begin, head.nodes);
  part(tree.threshold, head.nodes);
  part(tree.value, head.nodes);
  part(tree.cover, head.nodes);
  part(tree.flags, head.nodes);
  part(tree.category_words, head.words);
}

}  // namespace

std::string pack_tree(std::uint32_t number, const TreeEnsemble& tree) {
  const Head head{number, static_cast<std::uint32_t>(tree.node_count()),
                  tree.category_words.size()};
  std::string bytes(reinterpret_cast<const char*>(&head), sizeof head);
  each_array(tree, head, [&](const auto& array, std::size_t count) {
    bytes.append(reinterpret_cast<const char*>(array.data()), count * sizeof array[0]);
  });
  return bytes;
}

NumberedTree unpack_tree(const char* bytes, std::size_t size) {
  const auto take = [&](void* to, std::size_t count) {
    if (size < count) throw std::length_error("packed tree is cut short");
    if (count > 0) std::memcpy(to, bytes, count);
    bytes += count;
    size -= count;
  };
  Head head;
  take(&head, sizeof head);
  NumberedTree result;
  result.number = head.number;
  result.tree.root.push_back(0);
  each_array(result.tree, head, [&](auto& array, std::size_t count) {
    if (count > size) throw std::length_error("packed tree is cut short");
    array.resize(count);
    take(array.data(), count * sizeof array[0]);
  });
  if (size != 0) throw std::length_error("packed tree is too long");
  return result;
}

}  // namespace credit_risk
