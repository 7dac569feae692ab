#include "core/train/data/column_values.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/message.hpp"

namespace credit_risk {
namespace {

constexpr std::size_t kRows = ColumnValues::kPieceRows;
constexpr double kScales[] = {1, 10, 100, 1000};
constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

std::uint64_t bits_of(double value) noexcept {
  std::uint64_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}

// The numbers of different values as they come, by open addressing.
class ValueCodes {
 public:
  static constexpr std::size_t kMost = 256;

  // The code of the value; kMost when there are too many.
  std::size_t code_of(double value) {
    const std::uint64_t bits = bits_of(value);
    std::size_t slot = static_cast<std::size_t>((bits * 0x9E3779B97F4A7C15ull) >> 54);
    for (; slots_[slot] != 0; slot = (slot + 1) % slots_.size()) {
      if (bits_of(table_[slots_[slot] - 1u]) == bits) return slots_[slot] - 1u;
    }
    if (table_.size() == kMost) return kMost;
    table_.push_back(value);
    slots_[slot] = static_cast<std::uint16_t>(table_.size());
    return table_.size() - 1;
  }

  std::vector<double> take_table() { return std::move(table_); }

 private:
  std::array<std::uint16_t, 1024> slots_{};  // 1 + the code; 0 = free
  std::vector<double> table_;
};

// The span of the whole numbers that the values are over `scale`; false when one is none.
bool whole_range(const double* values, double scale, double& low, double& high) {
  constexpr double kExact = 9007199254740992.0;  // 2^53
  low = kExact;
  high = -kExact;
  for (std::size_t row = 0; row < kRows; ++row) {
    const double value = values[row];
    if (std::isnan(value)) continue;
    const double whole = std::nearbyint(value * scale);
    if (value == 0 && std::signbit(value)) return false;
    if (!(std::abs(whole) < kExact) || bits_of(whole / scale) != bits_of(value)) return false;
    low = std::min(low, whole);
    high = std::max(high, whole);
    if (high - low >= std::numeric_limits<std::uint32_t>::max()) return false;
  }
  return true;
}

template <class Code>
void fill_codes(const double* values, double base, double scale, std::vector<std::uint8_t>& bytes) {
  bytes.resize(kRows * sizeof(Code));
  for (std::size_t row = 0; row < kRows; ++row) {
    const Code code = std::isnan(values[row])
                          ? std::numeric_limits<Code>::max()
                          : static_cast<Code>(std::nearbyint(values[row] * scale) - base);
    std::memcpy(bytes.data() + row * sizeof code, &code, sizeof code);
  }
}

}  // namespace

bool ColumnValues::pack_codes(const double* values, Piece& piece) {
  ValueCodes codes;
  piece.bytes.resize(kRows);
  for (std::size_t row = 0; row < kRows; ++row) {
    const std::size_t code = codes.code_of(values[row]);
    if (code == ValueCodes::kMost) return false;
    piece.bytes[row] = static_cast<std::uint8_t>(code);
  }
  piece.form = Form::kCodes;
  piece.table = codes.take_table();
  return true;
}

bool ColumnValues::pack_whole(const double* values, Piece& piece) {
  for (const double scale : kScales) {
    double low = 0, high = 0;
    if (!whole_range(values, scale, low, high)) continue;
    piece.base = low;
    piece.scale = scale;
    if (high - low < std::numeric_limits<std::uint16_t>::max()) {
      piece.form = Form::kShort;
      fill_codes<std::uint16_t>(values, low, scale, piece.bytes);
    } else {
      piece.form = Form::kWhole;
      fill_codes<std::uint32_t>(values, low, scale, piece.bytes);
    }
    return true;
  }
  return false;
}

bool ColumnValues::pack_single(const double* values, Piece& piece) {
  const bool exact = std::all_of(values, values + kRows, [](double value) {
    return std::isnan(value) || (std::abs(value) <= std::numeric_limits<float>::max() &&
                                 static_cast<double>(static_cast<float>(value)) == value);
  });
  if (!exact) return false;
  piece.form = Form::kSingle;
  piece.bytes.resize(kRows * sizeof(float));
  for (std::size_t row = 0; row < kRows; ++row) {
    const auto number = static_cast<float>(values[row]);
    std::memcpy(piece.bytes.data() + row * sizeof number, &number, sizeof number);
  }
  return true;
}

void ColumnValues::keep_doubles(const double* values, Piece& piece) {
  piece.form = Form::kDouble;
  piece.bytes.resize(kRows * sizeof(double));
  std::memcpy(piece.bytes.data(), values, piece.bytes.size());
}

ColumnValues::Piece ColumnValues::pack_piece(const double* values) {
  Piece piece;
  if (!pack_codes(values, piece) && !pack_whole(values, piece) && !pack_single(values, piece))
    keep_doubles(values, piece);
  piece.bytes.shrink_to_fit();
  return piece;
}

void ColumnValues::pack() {
  std::size_t done = 0;
  for (; plain_.size() - done >= kPieceRows; done += kPieceRows) {
    for (std::size_t row = done; row < done + kPieceRows; ++row)
      if (std::isnan(plain_[row])) plain_[row] = kMissing;
    pieces_.push_back(pack_piece(plain_.data() + done));
  }
  if (done == 0) return;
  plain_.erase(plain_.begin(), plain_.begin() + static_cast<std::ptrdiff_t>(done));
  if (plain_.capacity() > 2 * kPieceRows) plain_.shrink_to_fit();
}

void ColumnValues::round_to_single() {
  constexpr double kGreatest = std::numeric_limits<float>::max();
  std::vector<double> values(kPieceRows);
  for (std::size_t i = 0; i < pieces_.size(); ++i) {
    if (pieces_[i].form != Form::kDouble) continue;
    copy(i * kPieceRows, kPieceRows, values.data());
    for (double& value : values) {
      const double rounded = static_cast<double>(
          static_cast<float>(std::clamp(std::isnan(value) ? 0.0 : value, -kGreatest, kGreatest)));
      if (std::abs(value) <= kGreatest) value = rounded;
    }
    pieces_[i] = pack_piece(values.data());
  }
}

void ColumnValues::copy(std::size_t row, std::size_t count, double* out) const {
  for (std::size_t i = 0; i < count; ++i) out[i] = (*this)[row + i];
}

std::vector<double>& ColumnValues::plain() {
  if (pieces_.empty()) return plain_;
  std::vector<double> all = std::as_const(*this);
  pieces_.clear();
  plain_ = std::move(all);
  return plain_;
}

void ColumnValues::write(MessageWriter& message) const {
  message.value(std::uint64_t{pieces_.size()});
  for (const Piece& piece : pieces_) {
    message.value(piece.form);
    message.value(piece.base);
    message.value(piece.scale);
    message.array(piece.table);
    message.array(piece.bytes);
  }
  message.array(plain_);
}

void ColumnValues::read(MessageReader& message) {
  pieces_.clear();
  const auto pieces = message.value<std::uint64_t>();
  for (std::uint64_t i = 0; i < pieces; ++i) {
    Piece& piece = pieces_.emplace_back();
    piece.form = message.value<Form>();
    piece.base = message.value<double>();
    piece.scale = message.value<double>();
    message.array(piece.table);
    message.array(piece.bytes);
  }
  message.array(plain_);
}

std::uint64_t ColumnValues::bytes() const noexcept {
  std::uint64_t bytes = plain_.capacity() * sizeof(double);
  for (const Piece& piece : pieces_)
    bytes += sizeof piece + piece.bytes.capacity() + piece.table.capacity() * sizeof(double);
  return bytes;
}

}  // namespace credit_risk
