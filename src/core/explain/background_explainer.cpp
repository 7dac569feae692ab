#include "core/explain/background_explainer.hpp"

namespace credit_risk {

BackgroundExplainer::BackgroundExplainer(const Model& model, const double* background,
                                         std::size_t rows, const StopFlag& stop)
    : trees_(model, background, rows, stop) {}

double BackgroundExplainer::explain(const double* row, double* phi, Scratch& scratch,
                                    const StopFlag& stop) const {
  return trees_.explain(row, phi, scratch.trees, stop);
}

}  // namespace credit_risk
