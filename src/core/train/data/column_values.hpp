// The values of a training set's column: plain doubles that may be changed, or packed.
//
// Packed, every 65,536 rows are kept in the smallest of these forms that gives the same doubles
// back: a byte for each value where at most 256 differ, whole numbers over 1, 10, 100 or 1000 in 2
// or 4 bytes, single precision, or doubles. The rows behind the last whole piece stay plain.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <iterator>
#include <limits>
#include <utility>
#include <vector>

namespace credit_risk {

class MessageReader;
class MessageWriter;

class ColumnValues {
 public:
  static constexpr std::size_t kPieceRows = 65536;

  class ConstIterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = double;
    using difference_type = std::ptrdiff_t;
    using pointer = const double*;
    using reference = double;
    ConstIterator(const ColumnValues* values, std::size_t row) : values_(values), row_(row) {}
    double operator*() const { return (*values_)[row_]; }
    ConstIterator& operator++() {
      ++row_;
      return *this;
    }
    ConstIterator operator++(int) { return {values_, row_++}; }
    bool operator==(const ConstIterator& other) const { return row_ == other.row_; }
    bool operator!=(const ConstIterator& other) const { return row_ != other.row_; }

   private:
    const ColumnValues* values_;
    std::size_t row_;
  };
  using value_type = double;

  ColumnValues() = default;
  ColumnValues(std::vector<double> values) : plain_(std::move(values)) {}
  ColumnValues(std::initializer_list<double> values) : plain_(values) {}
  operator std::vector<double>() const { return {begin(), end()}; }

  std::size_t size() const noexcept { return packed_rows() + plain_.size(); }
  bool empty() const noexcept { return size() == 0; }
  double operator[](std::size_t row) const noexcept {
    const std::size_t packed = packed_rows();
    if (row >= packed) return plain_[row - packed];
    return pieces_[row / kPieceRows].value(row % kPieceRows);
  }
  ConstIterator begin() const { return {this, 0}; }
  ConstIterator end() const { return {this, size()}; }
  double back() const { return (*this)[size() - 1]; }
  void push_back(double value) { plain_.push_back(value); }
  // Values from `row` on.
  void copy(std::size_t row, std::size_t count, double* out) const;

  // To change values, all of them are made plain again.
  double& operator[](std::size_t row) { return plain()[row]; }
  auto begin() { return plain().begin(); }
  auto end() { return plain().end(); }
  template <class Iterator, class = typename std::iterator_traits<Iterator>::iterator_category>
  void insert(std::vector<double>::iterator place, Iterator first, Iterator last) {
    plain_.insert(place, first, last);
  }
  void insert(std::vector<double>::iterator place, std::size_t count, double value) {
    plain_.insert(place, count, value);
  }
  void clear() { *this = {}; }

  // Packs whole pieces among the plain rows; every missing value is quiet_NaN afterwards.
  void pack();
  // Rounds what only doubles hold to single precision, in the packed rows; beyond its range a value
  // stays what it is.
  void round_to_single();
  // The same rows, each value replaced by what `change` makes of it.
  template <class Change>
  void replace(Change change);

  std::uint64_t bytes() const noexcept;  // that the values take

  // As they are kept, to another process and from there.
  void write(MessageWriter& message) const;
  void read(MessageReader& message);

 private:
  enum class Form : std::uint8_t { kCodes, kShort, kWhole, kSingle, kDouble };
  struct Piece {
    Form form = Form::kDouble;
    double base = 0;  // kShort, kWhole: value = (base + code) / scale; the greatest code is missing
    double scale = 1;
    std::vector<double> table;        // kCodes
    std::vector<std::uint8_t> bytes;  // of the codes or numbers
    double value(std::size_t row) const noexcept;
    template <class Number>
    Number at(std::size_t row) const noexcept {
      Number number;
      std::memcpy(&number, bytes.data() + row * sizeof number, sizeof number);
      return number;
    }
  };
  static Piece pack_piece(const double* values);
  static bool pack_codes(const double* values, Piece& piece);
  static bool pack_whole(const double* values, Piece& piece);
  static bool pack_single(const double* values, Piece& piece);
  static void keep_doubles(const double* values, Piece& piece);
  std::size_t packed_rows() const noexcept { return pieces_.size() * kPieceRows; }
  std::vector<double>& plain();

  std::vector<Piece> pieces_;  // of kPieceRows rows each, before the plain ones
  std::vector<double> plain_;
};

inline double ColumnValues::Piece::value(std::size_t row) const noexcept {
  switch (form) {
    case Form::kCodes:
      return table[bytes[row]];
    case Form::kShort: {
      const auto code = at<std::uint16_t>(row);
      return code == std::numeric_limits<std::uint16_t>::max()
                 ? std::numeric_limits<double>::quiet_NaN()
                 : (base + code) / scale;
    }
    case Form::kWhole: {
      const auto code = at<std::uint32_t>(row);
      return code == std::numeric_limits<std::uint32_t>::max()
                 ? std::numeric_limits<double>::quiet_NaN()
                 : (base + code) / scale;
    }
    case Form::kSingle:
      return static_cast<double>(at<float>(row));
    case Form::kDouble:
      return at<double>(row);
  }
  return 0;
}

template <class Change>
void ColumnValues::replace(Change change) {
  std::vector<double> values(kPieceRows);
  for (std::size_t i = 0; i < pieces_.size(); ++i) {
    copy(i * kPieceRows, kPieceRows, values.data());
    for (double& value : values) value = change(value);
    pieces_[i] = pack_piece(values.data());
  }
  for (double& value : plain_) value = change(value);
}

}  // namespace credit_risk
