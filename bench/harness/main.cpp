// Runs one contender: bench_harness ours | reference | compiled | xgboost LIBRARY | lightgbm
// LIBRARY
//
// Reads commands from standard input, a line each, words separated by tabs, and answers each with a
// line: "ok" and figures, or "error" and why.
//   rows NAME FILE COLUMNS                     a matrix of doubles
//   load MODEL FILE
//   background MODEL ROWS
//   time TASK MODEL ROWS SECONDS               nanoseconds for a row
//   write TASK MODEL ROWS FILE                 the outputs, as doubles
//   train ALGORITHM ROWS TARGET_FILE TREES DEPTH TEST_ROWS OUT_FILE MODEL_FILE THREADS
//                                              seconds, of the processors and gone by;
//                                              probabilities of the test rows
//   sizes MODEL                                bytes stored, to predict, to explain; nodes
#include <iostream>
#include <map>
#include <sstream>

#include "contender.hpp"
#include "timing.hpp"

namespace credit_risk::bench {
namespace {

using Words = std::vector<std::string>;

Words words_of(const std::string& line) {
  Words words;
  std::istringstream in(line);
  for (std::string word; std::getline(in, word, '\t');) words.push_back(word);
  return words;
}

std::unique_ptr<Contender> make_contender(const Words& arguments) {
  const std::string kind = arguments.empty() ? "" : arguments[0];
  if (kind == "ours") return make_ours();
  if (kind == "reference") return make_reference();
  if (kind == "compiled") return make_compiled();
  if (kind == "xgboost") return make_xgboost(arguments.at(1));
  if (kind == "lightgbm") return make_lightgbm(arguments.at(1));
  throw std::runtime_error("no contender \"" + kind + "\"");
}

class Session {
 public:
  explicit Session(std::unique_ptr<Contender> contender) : contender_(std::move(contender)) {}

  std::string answer(const Words& words) {
    const std::string& verb = words.at(0);
    if (verb == "rows")
      rows_[words.at(1)] = read_matrix(words.at(2), std::stoul(words.at(3)));
    else if (verb == "load")
      contender_->load(words.at(1), words.at(2));
    else if (verb == "background")
      contender_->background(words.at(1), rows_.at(words.at(2)));
    else if (verb == "time")
      return time(words);
    else if (verb == "write")
      write(words);
    else if (verb == "train")
      return train(words);
    else if (verb == "sizes")
      return sizes(words.at(1));
    else
      throw std::runtime_error("no command \"" + verb + "\"");
    return "";
  }

 private:
  std::string time(const Words& words) {
    const Matrix& rows = rows_.at(words.at(3));
    const Job job = contender_->bind(words.at(1), words.at(2), rows);
    return "\t" + std::to_string(nanoseconds_per_row(job, rows.rows, std::stod(words.at(4))));
  }

  void write(const Words& words) {
    const Matrix& rows = rows_.at(words.at(3));
    write_doubles(words.at(4),
                  outputs_of(contender_->bind(words.at(1), words.at(2), rows), rows.rows));
  }

  std::string train(const Words& words) {
    const std::vector<double> target = read_doubles(words.at(3));
    TrainingTask task;
    task.algorithm = words.at(1);
    task.rows = &rows_.at(words.at(2));
    task.target = &target;
    task.trees = std::stoi(words.at(4));
    task.depth = std::stoi(words.at(5));
    task.test_rows = &rows_.at(words.at(6));
    if (words.size() > 8) task.model_file = words[8];
    if (words.size() > 9) task.threads = std::stoi(words[9]);
    const TrainingResult result = contender_->train(task);
    write_doubles(words.at(7), result.probabilities);
    return "\t" + std::to_string(result.cpu_seconds) + "\t" + std::to_string(result.seconds);
  }

  std::string sizes(const std::string& model) {
    std::string text;
    for (const std::size_t size : contender_->sizes(model)) text += "\t" + std::to_string(size);
    return text;
  }

  std::unique_ptr<Contender> contender_;
  std::map<std::string, Matrix> rows_;
};

void serve(Session& session) {
  for (std::string line; std::getline(std::cin, line);) {
    try {
      const std::string figures = session.answer(words_of(line));
      std::cout << "ok" << figures << std::endl;
    } catch (const std::exception& error) {
      std::cout << "error\t" << error.what() << std::endl;
    }
  }
}

}  // namespace
}  // namespace credit_risk::bench

int main(int count, char** arguments) {
  using namespace credit_risk::bench;
  try {
    Session session(make_contender(Words(arguments + 1, arguments + count)));
    serve(session);
  } catch (const std::exception& error) {
    std::cerr << error.what() << std::endl;
    return 1;
  }
}
