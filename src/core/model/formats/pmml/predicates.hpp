// Predicates of PMML (dmg.org/pmml/v4-4: TreeModel). They are true, false or unknown: unknown where
// a value that they compare is missing.
#pragma once
#include <cstdint>
#include <utility>
#include <vector>

#include "core/model/formats/pmml/fields.hpp"
#include "core/model/formats/xml.hpp"
#include "core/model/model.hpp"

namespace credit_risk {

enum class PmmlTruth : std::uint8_t { kFalse, kTrue, kUnknown };

// A value of one field.
struct PmmlValue {
  enum class Kind : std::uint8_t { kMissing, kNumber, kCategory, kUnlisted };
  Kind kind = Kind::kMissing;
  double number = 0;
  std::int32_t category = 0;
};

// One simple predicate in the terms of the canonical model: numbers are compared in float64,
// whatever the file's type.
struct PmmlTest {
  enum class Kind : std::uint8_t { kAtMost, kNumbers, kCategories, kMissing };

  PmmlColumn column;
  Kind kind = Kind::kAtMost;
  bool negated = false;
  double threshold = 0;                            // kAtMost: x <= threshold; may be infinite
  std::vector<std::pair<double, double>> numbers;  // kNumbers: first < x <= second; ascending
  std::vector<std::int32_t> categories;            // kCategories: ascending

  PmmlTruth truth(const PmmlValue& value) const;

  // What a missing value becomes before it is tested: a replacement, or missing.
  PmmlValue replaced_missing(const Feature& feature) const;

  // Whether of the values that are not missing each fits exactly one of both.
  bool completes(const PmmlTest& other, const Feature& feature) const;
};

// "True", "SimplePredicate", ...
bool is_pmml_predicate(std::string_view name);

// The predicate of a Node, a Segment, an Attribute. Throws kBadModel where there is none.
XmlNode pmml_predicate_of(const XmlNode& parent);

// Of a SimplePredicate or SimpleSetPredicate.
bool is_pmml_test(const XmlNode& predicate);
PmmlTest pmml_test(const XmlNode& predicate, const PmmlScope& scope, const Model& model);

// Any predicate, for one value: all fields in it are said to be `feature`; another is refused.
PmmlTruth pmml_truth(const XmlNode& predicate, const PmmlScope& scope, const Model& model,
                     std::int32_t feature, const PmmlValue& value);

// The tests in a predicate, those inside of others as well.
void collect_pmml_tests(const XmlNode& predicate, const PmmlScope& scope, const Model& model,
                        std::vector<PmmlTest>& tests);

// The texts of an Array.
std::vector<std::string> pmml_array(const XmlNode& array);

}  // namespace credit_risk
