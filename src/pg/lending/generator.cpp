// The synthetic book as rows: one set-returning function per table, each for a range of customers.
#include "core/lending/generator/portfolio.hpp"

#include <string>
#include <vector>

#include "pg/guard.hpp"
#include "pg/postgres.hpp"

namespace credit_risk::pg {
namespace {

using namespace generator;

// credit_risk.generator_batch.
struct Batch {
  Plan plan;
  std::int64_t first_customer, end_customer;
  // Added to ordinals counted from 1.
  std::int64_t customer_offset, application_offset, loan_offset;
};

// The C++ side of one call; lives in a memory context.
struct Book {
  explicit Book(const Plan& plan) : portfolio(plan) {}
  Portfolio portfolio;
  Household household;
  std::vector<Receipt> receipts;
  std::vector<CashFlow> dues;
  Security security;
  std::string name, email, phone, address, pincode, pan, aadhaar;
};

// Builds a row column by column and appends it to the result.
class Rows {
 public:
  explicit Rows(FunctionCallInfo fcinfo) {
    InitMaterializedSRF(fcinfo, 0);
    const auto* result = reinterpret_cast<ReturnSetInfo*>(fcinfo->resultinfo);
    store_ = result->setResult;
    shape_ = result->setDesc;
  }
  Rows& number(std::int64_t value) { return add(Int64GetDatum(value)); }
  Rows& small(int value) { return add(Int32GetDatum(value)); }
  Rows& text(const char* value) { return add(CStringGetTextDatum(value)); }
  Rows& text(const std::string& value) {
    return add(
        PointerGetDatum(cstring_to_text_with_len(value.data(), static_cast<int>(value.size()))));
  }
  Rows& day(Day value) { return add(DateADTGetDatum(value)); }
  Rows& rupees(std::int64_t value) { return decimal(value * 100, 2); }
  Rows& paise(Paise value) { return decimal(value, 2); }
  Rows& decimal(std::int64_t units, int digits) {
    return add(NumericGetDatum(int64_div_fast_to_numeric(units, digits)));
  }
  Rows& moment(TimestampTz value) { return add(TimestampTzGetDatum(value)); }

  void end() {
    if (count_ != shape_->natts)
      elog(ERROR, "generated row has %d columns instead of %d", count_, shape_->natts);
    tuplestore_putvalues(store_, shape_, values_, nulls_);
    count_ = 0;
  }

 private:
  static constexpr int kMostColumns = 16;
  Rows& add(Datum value) {
    if (count_ >= kMostColumns) elog(ERROR, "generated row is too wide");
    values_[count_++] = value;
    return *this;
  }
  Tuplestorestate* store_;
  TupleDesc shape_;
  Datum values_[kMostColumns];
  bool nulls_[kMostColumns] = {};
  int count_ = 0;
};

std::int64_t number_at(HeapTupleHeader tuple, AttrNumber column) {
  bool is_null = false;
  const Datum value = GetAttributeByNum(tuple, column, &is_null);
  if (is_null) {
    ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
                    errmsg("generator batch must not hold nulls")));
  }
  return column == 4 ? DatumGetDateADT(value) : DatumGetInt64(value);
}

Batch batch_arg(FunctionCallInfo fcinfo) {
  HeapTupleHeader tuple = PG_GETARG_HEAPTUPLEHEADER(0);
  Batch batch{};
  batch.plan = {number_at(tuple, 1), number_at(tuple, 2),
                static_cast<std::uint64_t>(number_at(tuple, 3)),
                static_cast<Day>(number_at(tuple, 4))};
  batch.first_customer = number_at(tuple, 5);
  batch.end_customer = number_at(tuple, 6);
  batch.customer_offset = number_at(tuple, 7) + 1;
  batch.application_offset = number_at(tuple, 8) + 1;
  batch.loan_offset = number_at(tuple, 9);
  return batch;
}

// Calls `emit` with every household of the batch.
using Emit = void (*)(Book& book, Batch& batch, Rows& rows);

Datum generate(FunctionCallInfo fcinfo, Emit emit) {
  Batch batch = batch_arg(fcinfo);
  guard([&] { check(batch.plan); });
  Rows rows(fcinfo);
  Book* book = make_in_context<Book>(CurrentMemoryContext, batch.plan);
  MemoryContext scratch =
      AllocSetContextCreate(CurrentMemoryContext, "generated rows", ALLOCSET_DEFAULT_SIZES);
  const std::int64_t end =
      batch.end_customer < batch.plan.customers ? batch.end_customer : batch.plan.customers;
  for (std::int64_t customer = batch.first_customer < 0 ? 0 : batch.first_customer; customer < end;
       ++customer) {
    CHECK_FOR_INTERRUPTS();
    guard([&] { book->portfolio.make_household(customer, book->household); });
    MemoryContext outer = MemoryContextSwitchTo(scratch);
    emit(*book, batch, rows);
    MemoryContextSwitchTo(outer);
    MemoryContextReset(scratch);
  }
  return static_cast<Datum>(0);
}

std::int64_t customer_id(const Book& book, const Batch& batch) {
  return batch.customer_offset + book.household.customer.ordinal;
}

// In office hours of India, 09:30 to 18:00.
TimestampTz registered_at(const Household& household) {
  const std::int64_t minute = 240 + household.customer.ordinal * 37 % 510;
  return household.registered * USECS_PER_DAY + minute * USECS_PER_MINUTE;
}

void emit_customer(Book& book, Batch& batch, Rows& rows) {
  const Customer& customer = book.household.customer;
  const std::int64_t id = customer_id(book, batch);
  guard([&] {
    book.name = full_name_of(customer);
    book.email = email_of(id, customer);
    book.phone = phone_of(id);
    book.address = address_of(customer);
    book.pincode = pincode_of(customer);
    book.pan = pan_of(id, customer);
    book.aadhaar = aadhaar_of(id);
  });
  rows.number(id)
      .text(book.name)
      .day(customer.birth)
      .text(name_of(customer.gender))
      .text(book.email);
  rows.text(book.phone).text(book.address).text(customer.place->city).text(customer.place->state);
  rows.text(book.pincode)
      .text(book.pan)
      .text(book.aadhaar)
      .moment(registered_at(book.household))
      .end();
}

void emit_employment(Book& book, Batch& batch, Rows& rows) {
  const Customer& customer = book.household.customer;
  const std::int64_t id = customer_id(book, batch);
  guard([&] { book.phone = phone_of(id + kEmployerPhones); });
  rows.number(id)
      .text(customer.employer)
      .text(customer.job_title)
      .text(name_of(customer.employment));
  rows.rupees(customer.monthly_income).decimal(customer.experience_tenths, 1);
  rows.text(book.phone).day(customer.employed_since).end();
}

void emit_applications(Book& book, Batch& batch, Rows& rows) {
  for (const Application& application : book.household.applications) {
    rows.number(batch.application_offset + application.ordinal).number(customer_id(book, batch));
    rows.rupees(application.amount)
        .text(name_of(application.purpose))
        .small(application.tenure_months);
    rows.decimal(application.rate_thousandths, 3).day(application.applied);
    rows.text(name_of(application.status)).text(text_of(application.remark)).end();
  }
}

std::int64_t disbursed(const Loan& loan, Day as_of) {
  std::int64_t sum = 0;
  for (int i = 0; i < loan.tranche_count; ++i) {
    const Tranche& tranche = loan.tranches[static_cast<std::size_t>(i)];
    if (tranche.paid_out <= as_of) sum += tranche.amount;
  }
  return sum;
}

void emit_loans(Book& book, Batch& batch, Rows& rows) {
  for (const Loan& loan : book.household.loans) {
    rows.number(++batch.loan_offset).number(batch.application_offset + loan.application);
    rows.number(customer_id(book, batch))
        .rupees(loan.amount)
        .rupees(disbursed(loan, batch.plan.as_of));
    rows.decimal(loan.rate_thousandths, 3).small(loan.tenure_months).paise(loan.emi);
    rows.day(loan.tranches[0].paid_out).day(loan.first_due).rupees(loan.amount).end();
  }
}

void emit_disbursements(Book& book, Batch& batch, Rows& rows) {
  for (const Loan& loan : book.household.loans) {
    ++batch.loan_offset;
    for (int i = 0; i < loan.tranche_count; ++i) {
      const Tranche& tranche = loan.tranches[static_cast<std::size_t>(i)];
      if (tranche.paid_out > batch.plan.as_of) break;
      rows.number(batch.loan_offset)
          .number(customer_id(book, batch))
          .small(i + 1)
          .day(tranche.paid_out);
      rows.rupees(tranche.amount).text(pay_out_method_of(loan)).end();
    }
  }
}

void emit_repayments(Book& book, Batch& batch, Rows& rows) {
  for (const Loan& loan : book.household.loans) {
    ++batch.loan_offset;
    guard([&] { book.portfolio.make_receipts(book.household, loan, book.receipts); });
    for (const Receipt& receipt : book.receipts) {
      rows.number(batch.loan_offset)
          .number(customer_id(book, batch))
          .day(receipt.paid)
          .day(receipt.due);
      rows.paise(receipt.amount)
          .paise(receipt.principal)
          .paise(receipt.interest)
          .paise(receipt.late_fee);
      rows.text(name_of(receipt.method)).text(name_of(receipt.payment)).end();
    }
  }
}

void emit_changed_dues(Book& book, Batch& batch, Rows& rows) {
  for (const Loan& loan : book.household.loans) {
    ++batch.loan_offset;
    bool changed = false;
    guard([&] { changed = book.portfolio.make_changed_dues(book.household, loan, book.dues); });
    if (!changed) continue;
    int number = 0;
    for (const CashFlow& due : book.dues) {
      rows.number(batch.loan_offset).number(customer_id(book, batch)).small(++number);
      rows.day(due.date).paise(due.amount).end();
    }
  }
}

void emit_collateral(Book& book, Batch& batch, Rows& rows) {
  for (const Loan& loan : book.household.loans) {
    ++batch.loan_offset;
    guard([&] { book.portfolio.make_security(book.household, loan, book.security); });
    for (const Collateral& collateral : book.security.collateral) {
      rows.number(batch.loan_offset)
          .number(customer_id(book, batch))
          .text(name_of(collateral.asset));
      rows.rupees(collateral.value).day(collateral.valued).text(collateral.description).end();
    }
  }
}

void emit_guarantor(const Guarantor& guarantor, Book& book, Batch& batch, Rows& rows) {
  const std::int64_t number = 2 * batch.application_offset + guarantor.number;
  guard([&] {
    book.name = std::string(guarantor.first_name) + " " + guarantor.surname;
    book.phone = phone_of(number + kGuarantorPhones);
    book.email = guarantor_email_of(number, guarantor);
    book.address = address_of(guarantor, book.household.customer);
    book.pan = guarantor_pan_of(number, guarantor.surname[0]);
  });
  rows.number(batch.loan_offset)
      .number(customer_id(book, batch))
      .text(book.name)
      .text(guarantor.relationship);
  rows.text(book.phone)
      .text(book.email)
      .text(book.address)
      .text(book.pan)
      .rupees(guarantor.monthly_income)
      .end();
}

void emit_guarantors(Book& book, Batch& batch, Rows& rows) {
  for (const Loan& loan : book.household.loans) {
    ++batch.loan_offset;
    guard([&] { book.portfolio.make_security(book.household, loan, book.security); });
    for (const Guarantor& guarantor : book.security.guarantors)
      emit_guarantor(guarantor, book, batch, rows);
  }
}

}  // namespace

CR_FUNCTION(cr_generator_check) {
  const Plan plan{PG_GETARG_INT64(0), PG_GETARG_INT64(1), 0, PG_GETARG_DATEADT(2)};
  guard([&] { check(plan); });
  PG_RETURN_VOID();
}

CR_FUNCTION(cr_generated_customers) { return generate(fcinfo, emit_customer); }
CR_FUNCTION(cr_generated_employment) { return generate(fcinfo, emit_employment); }
CR_FUNCTION(cr_generated_applications) { return generate(fcinfo, emit_applications); }
CR_FUNCTION(cr_generated_loans) { return generate(fcinfo, emit_loans); }
CR_FUNCTION(cr_generated_disbursements) { return generate(fcinfo, emit_disbursements); }
CR_FUNCTION(cr_generated_repayments) { return generate(fcinfo, emit_repayments); }
CR_FUNCTION(cr_generated_restructured_instalments) { return generate(fcinfo, emit_changed_dues); }
CR_FUNCTION(cr_generated_collateral) { return generate(fcinfo, emit_collateral); }
CR_FUNCTION(cr_generated_guarantors) { return generate(fcinfo, emit_guarantors); }

}  // namespace credit_risk::pg
