#include "core/model/formats/xml.hpp"

#include <expat.h>

#include <cmath>
#include <exception>
#include <memory>
#include <new>

#include "core/error.hpp"
#include "core/model/formats/json_node.hpp"
#include "core/model/validate.hpp"

namespace credit_risk {

// Expat is C: an exception must not leave a handler, so it is kept and the parser stopped.
class XmlBuilder {
 public:
  explicit XmlBuilder(XmlDocument& document)
      : document_(document), parser_(XML_ParserCreate(nullptr)) {
    if (parser_ == nullptr) throw std::bad_alloc();
    XML_SetUserData(parser_.get(), this);
    XML_SetElementHandler(parser_.get(), &on_start, &on_end);
    XML_SetCharacterDataHandler(parser_.get(), &on_text);
    XML_SetStartDoctypeDeclHandler(parser_.get(), &on_doctype);
  }

  void parse(std::string_view text) {
    const XML_Status status =
        XML_Parse(parser_.get(), text.data(), static_cast<int>(text.size()), XML_TRUE);
    if (failure_) std::rethrow_exception(failure_);
    if (status == XML_STATUS_OK) return;
    const XML_Error error = XML_GetErrorCode(parser_.get());
    if (error == XML_ERROR_NO_MEMORY) throw std::bad_alloc();
    refuse_broken(document_.library_, line(),
                  std::string("the text is not XML: ") + XML_ErrorString(error));
  }

 private:
  struct Free {
    void operator()(XML_Parser parser) const { XML_ParserFree(parser); }
  };

  template <class Step>
  static void guarded(void* self, Step step) noexcept {
    XmlBuilder& builder = *static_cast<XmlBuilder*>(self);
    if (builder.failure_) return;
    try {
      step(builder);
    } catch (...) {
      builder.failure_ = std::current_exception();
      XML_StopParser(builder.parser_.get(), XML_FALSE);
    }
  }

  static void on_start(void* self, const XML_Char* name, const XML_Char** attributes) {
    guarded(self, [&](XmlBuilder& builder) { builder.start(name, attributes); });
  }
  static void on_end(void* self, const XML_Char*) {
    guarded(self, [](XmlBuilder& builder) { builder.open_.pop_back(); });
  }
  static void on_text(void* self, const XML_Char* text, int size) {
    guarded(self, [&](XmlBuilder& builder) {
      builder.add_text(std::string_view(text, static_cast<std::size_t>(size)));
    });
  }
  static void on_doctype(void* self, const XML_Char*, const XML_Char*, const XML_Char*, int) {
    guarded(self, [](XmlBuilder& builder) {
      refuse_broken(builder.document_.library_, builder.line(),
                    "a document type is not accepted, as it could define entities");
    });
  }

  // Deprecated for a name of more bits, which the expat of Debian 12 does not have yet.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
  std::uint32_t line_number() const {
    return static_cast<std::uint32_t>(XML_GetCurrentLineNumber(parser_.get()));
  }
#pragma GCC diagnostic pop

  std::string line() const { return "line " + std::to_string(line_number()); }

  XmlDocument::Text keep(std::string_view text) {
    const XmlDocument::Text kept{static_cast<std::uint32_t>(document_.texts_.size()),
                                 static_cast<std::uint32_t>(text.size())};
    if (document_.texts_.size() + text.size() >= XmlDocument::kNone) refuse_size();
    document_.texts_.append(text);
    return kept;
  }

  [[noreturn]] static void refuse_size() {
    throw Error(ErrorKind::kLimit, "model file has too many elements", {},
                "Train fewer or smaller trees.");
  }

  static std::string_view local(std::string_view name) {
    const std::size_t colon = name.rfind(':');
    return colon == name.npos ? name : name.substr(colon + 1);
  }

  void start(std::string_view name, const XML_Char** attributes) {
    if (document_.elements_.size() == kMaxXmlElements) refuse_size();
    if (open_.size() == kMaxXmlDepth)
      refuse_broken(document_.library_, line(), "elements are nested deeper than in any model");
    XmlDocument::Element element;
    element.name = keep(local(name));
    element.line = line_number();
    element.first_attribute = static_cast<std::uint32_t>(document_.attributes_.size());
    for (; *attributes != nullptr; attributes += 2) {
      if (document_.attributes_.size() == kMaxXmlAttributes) refuse_size();
      const XmlDocument::Text key = keep(attributes[0]);
      document_.attributes_.push_back({key, keep(attributes[1])});
      ++element.attribute_count;
    }
    const std::uint32_t index = static_cast<std::uint32_t>(document_.elements_.size());
    document_.elements_.push_back(element);
    if (!open_.empty()) link(document_.elements_[open_.back()], index);
    open_.push_back(index);
  }

  void link(XmlDocument::Element& parent, std::uint32_t child) {
    if (parent.last_child == XmlDocument::kNone)
      parent.first_child = child;
    else
      document_.elements_[parent.last_child].next = child;
    parent.last_child = child;
  }

  // Expat gives a text in parts; nothing else is kept between them.
  void add_text(std::string_view text) {
    if (open_.empty()) return;
    XmlDocument::Element& element = document_.elements_[open_.back()];
    if (element.first_child != XmlDocument::kNone) return;
    const XmlDocument::Text part = keep(text);
    if (element.content.size == 0) element.content.begin = part.begin;
    element.content.size += part.size;
  }

  XmlDocument& document_;
  std::unique_ptr<std::remove_pointer_t<XML_Parser>, Free> parser_;
  std::vector<std::uint32_t> open_;
  std::exception_ptr failure_;
};

XmlDocument::XmlDocument(const char* library, std::string_view text) : library_(library) {
  XmlBuilder(*this).parse(text);
}

XmlNode XmlDocument::root() const { return XmlNode(this, 0); }

std::string_view XmlNode::name() const { return document_->view(element().name); }

std::string_view XmlNode::content() const { return document_->view(element().content); }

XmlNode XmlNode::first_child() const { return at(element().first_child); }

XmlNode XmlNode::next() const { return at(element().next); }

XmlNode XmlNode::child(std::string_view name) const {
  for (XmlNode node = first_child(); node; node = node.next()) {
    if (node.name() == name) return node;
  }
  return {};
}

const XmlDocument::Attribute* XmlNode::find(std::string_view attribute) const {
  const XmlDocument::Element& self = element();
  for (std::uint32_t i = 0; i < self.attribute_count; ++i) {
    const XmlDocument::Attribute& a = document_->attributes_[self.first_attribute + i];
    if (document_->view(a.name) == attribute) return &a;
  }
  return nullptr;
}

bool XmlNode::has(std::string_view attribute) const { return find(attribute) != nullptr; }

std::string_view XmlNode::text(std::string_view attribute) const {
  const XmlDocument::Attribute* found = find(attribute);
  return found == nullptr ? std::string_view() : document_->view(found->value);
}

std::string_view XmlNode::required(std::string_view attribute) const {
  if (!has(attribute)) broken("attribute \"" + std::string(attribute) + "\" is absent");
  return text(attribute);
}

double XmlNode::number(std::string_view attribute) const {
  double value = 0;
  if (!parse_number(required(attribute), &value) || !std::isfinite(value))
    broken("attribute \"" + std::string(attribute) + "\" is no finite number");
  return value;
}

double XmlNode::number(std::string_view attribute, double otherwise) const {
  return has(attribute) ? number(attribute) : otherwise;
}

std::string shown_text(std::string_view text) {
  constexpr std::size_t kMost = 100;
  if (text.size() <= kMost) return std::string(text);
  std::size_t size = kMost;
  while (size > 0 && !is_valid_text(text.substr(0, size))) --size;
  return std::string(text.substr(0, size)) + "...";
}

std::string XmlNode::place() const {
  return "line " + std::to_string(element().line) + ", " + shown_text(name());
}

void XmlNode::broken(const std::string& what) const {
  refuse_broken(document_->library_, place(), what);
}

void XmlNode::unsupported(const std::string& reason, const std::string& hint) const {
  refuse_unsupported(document_->library_, "At " + place() + ": " + reason, hint);
}

}  // namespace credit_risk
