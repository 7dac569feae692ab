// The only door to expat, which xml.cpp alone includes: an XML text as a flat tree of elements.
// Document types, and with them all entities, are refused; nothing is fetched.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace credit_risk {

inline constexpr std::size_t kMaxXmlDepth = 10000;
inline constexpr std::size_t kMaxXmlElements = 8000000;
inline constexpr std::size_t kMaxXmlAttributes = 32000000;

class XmlNode;

class XmlDocument {
 public:
  // `library` names the format in complaints. Throws kBadModel with the line, or kLimit.
  XmlDocument(const char* library, std::string_view text);

  XmlNode root() const;

 private:
  friend class XmlNode;
  friend class XmlBuilder;

  static constexpr std::uint32_t kNone = 0xFFFFFFFF;

  struct Text {
    std::uint32_t begin = 0, size = 0;  // in texts_
  };
  struct Attribute {
    Text name, value;
  };
  struct Element {
    Text name, content;
    std::uint32_t line = 0;
    std::uint32_t first_attribute = 0, attribute_count = 0;
    std::uint32_t first_child = kNone, last_child = kNone, next = kNone;
  };

  std::string_view view(Text text) const {
    return std::string_view(texts_).substr(text.begin, text.size);
  }

  const char* library_;
  std::string texts_;
  std::vector<Element> elements_;
  std::vector<Attribute> attributes_;
};

// A place in a document, which must live on; may be none.
class XmlNode {
 public:
  XmlNode() = default;

  explicit operator bool() const { return document_ != nullptr; }
  bool operator==(const XmlNode& other) const { return index_ == other.index_; }

  std::string_view name() const;     // without a namespace
  std::string_view content() const;  // the text before its first child
  std::uint32_t index() const { return index_; }

  XmlNode first_child() const;
  XmlNode next() const;                        // the next child of the same parent
  XmlNode child(std::string_view name) const;  // the first of that name, or none

  bool has(std::string_view attribute) const;
  std::string_view text(std::string_view attribute) const;  // empty where it is absent
  std::string_view required(std::string_view attribute) const;
  double number(std::string_view attribute) const;  // required, finite
  double number(std::string_view attribute, double otherwise) const;

  // The file breaks the format's rules, or asks for what cannot be carried. Names line and element.
  [[noreturn]] void broken(const std::string& what) const;
  [[noreturn]] void unsupported(const std::string& reason, const std::string& hint = {}) const;

 private:
  friend class XmlDocument;
  XmlNode(const XmlDocument* document, std::uint32_t index) : document_(document), index_(index) {}

  XmlNode at(std::uint32_t index) const {
    return index == XmlDocument::kNone ? XmlNode() : XmlNode(document_, index);
  }
  const XmlDocument::Element& element() const { return document_->elements_[index_]; }
  const XmlDocument::Attribute* find(std::string_view attribute) const;
  std::string place() const;

  const XmlDocument* document_ = nullptr;
  std::uint32_t index_ = XmlDocument::kNone;
};

// What a complaint shows of a text of the file.
std::string shown_text(std::string_view text);

}  // namespace credit_risk
