// Rows of doubles, as a file of the same name holds them: nothing but the values, row by row.
#pragma once
#include <cstddef>
#include <string>
#include <vector>

namespace credit_risk::bench {

struct Matrix {
  std::size_t rows = 0;
  std::size_t columns = 0;
  std::vector<double> values;
  std::vector<float> floats;  // the same values as float32, for libraries that compute in it

  const double* row(std::size_t index) const { return values.data() + index * columns; }
  const float* float_row(std::size_t index) const { return floats.data() + index * columns; }
};

Matrix read_matrix(const std::string& file, std::size_t columns);
std::vector<double> read_doubles(const std::string& file);
void write_doubles(const std::string& file, const std::vector<double>& values);
std::string read_text(const std::string& file);

}  // namespace credit_risk::bench
