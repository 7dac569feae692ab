#include "contender.hpp"

#include <stdexcept>

namespace credit_risk::bench {

void refuse_task(const std::string& task) {
  throw std::runtime_error("this contender does not do \"" + task + "\"");
}

void Contender::background(const std::string&, const Matrix&) { refuse_task("background"); }

TrainingResult Contender::train(const TrainingTask& task) { refuse_task(task.algorithm); }

std::vector<std::size_t> Contender::sizes(const std::string&) { refuse_task("sizes"); }

}  // namespace credit_risk::bench
