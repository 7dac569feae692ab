#include "matrix.hpp"

#include <fstream>
#include <iterator>
#include <stdexcept>

namespace credit_risk::bench {

std::string read_text(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw std::runtime_error("could not read " + file);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<double> read_doubles(const std::string& file) {
  std::ifstream in(file, std::ios::binary | std::ios::ate);
  if (!in) throw std::runtime_error("could not read " + file);
  std::vector<double> values(static_cast<std::size_t>(in.tellg()) / sizeof(double));
  in.seekg(0);
  in.read(reinterpret_cast<char*>(values.data()),
          static_cast<std::streamsize>(values.size() * sizeof(double)));
  return values;
}

void write_doubles(const std::string& file, const std::vector<double>& values) {
  std::ofstream out(file, std::ios::binary);
  out.write(reinterpret_cast<const char*>(values.data()),
            static_cast<std::streamsize>(values.size() * sizeof(double)));
  if (!out) throw std::runtime_error("could not write " + file);
}

Matrix read_matrix(const std::string& file, std::size_t columns) {
  Matrix matrix;
  matrix.columns = columns;
  matrix.values = read_doubles(file);
  matrix.rows = matrix.values.size() / columns;
  matrix.floats.assign(matrix.values.begin(), matrix.values.end());
  return matrix;
}

}  // namespace credit_risk::bench
