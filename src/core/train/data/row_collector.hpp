// Gathers the rows of a query into plain columns: numbers as they are, texts as codes of
// categories. The columns are packed as they grow.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/stop_flag.hpp"
#include "core/train/data/columns.hpp"

namespace credit_risk {

// One value of a row. `text` counts for text columns, `number` for the others.
struct CellValue {
  bool missing;
  double number;
  const char* text;
  std::size_t size;
};

class RowCollector {
 public:
  struct ColumnSpec {
    std::string name;
    bool is_text;
  };
  // With `has_positive` the target is read by its text, and `positive` counts as 1; else it holds 0
  // and 1.
  struct TargetSpec {
    std::string name;
    bool has_positive;
    std::string positive;
  };

  // Refuses more memory in training than `byte_limit`. `weight` and `time` name the columns of
  // weights and times, empty for none.
  RowCollector(const std::vector<ColumnSpec>& columns, TargetSpec target, std::uint64_t byte_limit,
               std::string weight = {}, std::string time = {});

  // From now on rows with a missing target are kept apart, as refused applications.
  void keep_refused();

  // `rows` rows of the columns' values followed by the target's and, where there are such columns,
  // the weight and the time. Rows with a missing target are skipped; a missing weight or time is
  // refused, and what is no weight.
  void add(const CellValue* cells, std::size_t rows, const StopFlag& stop = StopFlag());

  std::uint64_t skipped() const noexcept { return skipped_; }
  // The target's texts, where it is read by its text.
  std::vector<std::string> labels() const;

  // The columns, categories in the order of their bytes; the collector is empty afterwards.
  TrainingData finish(const StopFlag& stop = StopFlag());

 private:
  std::uint8_t label_of(const CellValue& cell);
  void add_refused(const CellValue* cells);
  double value_of(std::size_t column, const CellValue& cell);
  double code_of(std::size_t column, const CellValue& cell);
  void pack(const StopFlag& stop);
  void add_weight_and_time(const CellValue* cells);
  double weight_of(const CellValue& cell) const;
  void check_memory() const;

  TrainingData data_;
  std::vector<std::unordered_map<std::string, std::uint32_t>> codes_;
  TargetSpec target_;
  std::string weight_, time_;
  std::uint64_t byte_limit_;
  std::uint64_t skipped_ = 0;
  bool keeps_refused_ = false;
  bool other_known_ = false;
  std::string other_;  // the target's text that counts as 0
  bool positive_seen_ = false;
};

}  // namespace credit_risk
