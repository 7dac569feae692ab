#include "core/train/guard_rails.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "training_rows.hpp"

namespace credit_risk {
namespace {

// Rows of which a quarter are events; `kind` says whether an application was refused.
TrainingData rows_of(int count) {
  Random random(11);
  TrainingData data;
  data.columns = {numeric("income", {}), numeric("recovered", {}), numeric("loan_id", {}),
                  numeric("currency", {}), categorical("kind", {"Approved", "Rejected"}, {})};
  for (int row = 0; row < count; ++row) {
    const bool refused = random.below(10) == 0;
    const bool event = refused || random.below(6) == 0;
    data.target.push_back(event);
    const double values[] = {random.uniform(), event ? random.uniform() : -random.uniform(),
                             1000.0 + row * 3, 356, refused ? 1.0 : 0.0};
    for (std::size_t c = 0; c < 5; ++c) data.columns[c].values.push_back(values[c]);
  }
  return data;
}

std::string kinds_of(const std::vector<TrainingWarning>& warnings) {
  std::string text;
  for (const TrainingWarning& warning : warnings) {
    text += warning.kind + ":";
    for (const std::string& column : warning.columns) text += " " + column;
    text += "; ";
  }
  return text;
}

TEST(GuardRails, NameLeaksIdentifiersConstantsAndRefusals) {
  for (const int count : {2000, 70000}) {
    const auto warnings = guard_rails(rows_of(count), "bad", {}, StopFlag());
    EXPECT_EQ(kinds_of(warnings),
              "leak: recovered kind; identifier: loan_id; constant: currency; refusals: kind; ");
    EXPECT_EQ(warnings[0].message, "features \"recovered\" and \"kind\" may tell of the outcome");
    EXPECT_NE(warnings[0].detail.find("\"recovered\" has an information value of"),
              std::string::npos);
    EXPECT_EQ(warnings[1].message, "feature \"loan_id\" looks like an identifier");
    EXPECT_EQ(warnings[2].message, "feature \"currency\" is constant");
    EXPECT_NE(warnings[3].detail.find("\"Rejected\""), std::string::npos);
  }
}

TEST(GuardRails, SayNothingOfPlainColumns) {
  TrainingData data = rows_of(3000);
  data.columns.resize(1);
  EXPECT_EQ(kinds_of(guard_rails(data, "bad", {"no", "yes"}, StopFlag())), "");
  // 40 rows part by chance.
  TrainingData few;
  few.columns = {numeric("x", {})};
  for (int row = 0; row < 40; ++row) {
    few.columns[0].values.push_back(row / 2);
    few.target.push_back(row >= 20);
  }
  EXPECT_EQ(kinds_of(guard_rails(few, "bad", {}, StopFlag())), "");
}

// A bin of the events alone would be smaller than a bin may be.
TEST(GuardRails, NameATextThatTellsRareEvents) {
  Random random(5);
  TrainingData data;
  data.columns = {categorical("status", {"current", "in arrears", "charged off"}, {}),
                  categorical("town", {"a", "b", "c"}, {})};
  for (int row = 0; row < 12000; ++row) {
    const bool event = row % 150 == 7;
    data.target.push_back(event);
    data.columns[0].values.push_back(event ? 2.0 : row % 2);
    data.columns[1].values.push_back(static_cast<double>(random.below(3)));
  }
  EXPECT_EQ(kinds_of(guard_rails(data, "bad", {}, StopFlag())), "leak: status; ");
}

// What parts few events by chance does not part others.
TEST(GuardRails, DoNotTakeChanceForALeak) {
  for (const int categories : {20, 300, 900}) {
    for (const std::uint64_t seed : {1, 2, 3}) {
      Random random(seed);
      TrainingData data;
      data.columns = {categorical("branch", {}, {}), numeric("number", {})};
      for (int c = 0; c < categories; ++c)
        data.columns[0].feature.categories.push_back("b" + std::to_string(c));
      for (int row = 0; row < 12000; ++row) {
        data.target.push_back(row % 200 == 0);
        data.columns[0].values.push_back(static_cast<double>(random.below(categories)));
        data.columns[1].values.push_back(random.uniform());
      }
      EXPECT_EQ(kinds_of(guard_rails(data, "bad", {}, StopFlag())), "") << categories;
    }
  }
}

// As a flag that is set after some of the defaults.
TEST(GuardRails, NameWhatTellsSomeOfTheEvents) {
  TrainingData data;
  data.columns = {categorical("status", {"none", "legal"}, {}), numeric("written_off", {}),
                  numeric("days", {})};
  for (int row = 0; row < 10000; ++row) {
    const bool event = row % 10 == 0, told = row % 25 == 0 && event;
    data.target.push_back(event);
    data.columns[0].values.push_back(told);
    data.columns[1].values.push_back(told);
    data.columns[2].values.push_back(told ? 90 : row % 3 == 0 ? kMissing : 0);
  }
  EXPECT_EQ(kinds_of(guard_rails(data, "bad", {}, StopFlag())), "leak: status written_off days; ");
}

TEST(GuardRails, ConstantMeansEveryRow) {
  TrainingData data = rows_of(100000);
  data.columns = {data.columns[0], data.columns[3]};
  data.columns[1].values[77777] = 840;
  EXPECT_EQ(kinds_of(guard_rails(data, "bad", {}, StopFlag())), "");
  data.columns[1].values[77777] = kMissing;
  EXPECT_EQ(kinds_of(guard_rails(data, "bad", {}, StopFlag())), "");
}

TEST(GuardRails, TellATargetThatIsADecision) {
  TrainingData data = rows_of(500);
  data.columns.resize(1);
  EXPECT_EQ(kinds_of(guard_rails(data, "status", {"Charged Off", "REJECTED"}, StopFlag())),
            "refusals: status; ");
  EXPECT_EQ(kinds_of(guard_rails(data, "declined", {}, StopFlag())), "refusals: declined; ");
  EXPECT_TRUE(tells_of_refusal("Application refused"));
  EXPECT_TRUE(tells_of_refusal("denied by policy"));
  EXPECT_FALSE(tells_of_refusal("Fully Paid"));
}

TEST(GuardRails, LookAtColumnsEmptyInTheSample) {
  TrainingData data = rows_of(60000);
  data.columns = {data.columns[0]};
  for (double& value : data.columns[0].values) value = kMissing;
  data.columns[0].values[54321] = 1;
  EXPECT_EQ(kinds_of(guard_rails(data, "bad", {}, StopFlag())), "");
}

}  // namespace
}  // namespace credit_risk
