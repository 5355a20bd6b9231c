#include "tests/faults/load.h"

#include <chrono>
#include <future>
#include <utility>

#include "fmt/format.h"
#include "services/ingest/appender.h"
#include "storage/check.h"
#include "storage/cursor.h"
#include "storage/record.h"

namespace chipline::faults {
namespace {

using checker::Attempt;
using checker::Entry;

// What all writers race for.
constexpr char kRaceSubject[] = "capex.race";
constexpr int kCompanies = 4;

// What a reader wants to see.
std::string PatternOf(int reader) {
  if (reader % 3 == 1) return "capex.c1";
  if (reader % 3 == 2) return kRaceSubject;
  return "";
}

storage::Filter FilterOf(const std::string& pattern) {
  if (pattern.empty()) return {};
  return storage::Filter{{storage::Clause{{pattern}, {}}}, {}};
}

uint64_t RevisionOf(const storage::Log& log, const std::string& subject) {
  const auto subjects = log.reader().Subjects(subject, "", 1);
  return subjects.ok() && !subjects->found.empty() ? subjects->found[0].revision : 0;
}

}  // namespace

struct Load::Writer {
  Writer(std::string writer_name, const std::filesystem::path& folder, uint64_t seed)
      : name(writer_name), recorder(std::move(writer_name), folder), random(seed) {}

  // The next append, of one of the kinds that there are.
  Attempt Next(const storage::Log& log) {
    Attempt attempt;
    attempt.set_number(++number);
    const uint64_t kind = random() % 20;
    if (kind < 3 && !acknowledged.empty()) {
      *attempt.mutable_events() = acknowledged[random() % acknowledged.size()].events();
    } else if (kind == 3 && !acknowledged.empty()) {
      *attempt.mutable_events() = acknowledged[random() % acknowledged.size()].events();
      for (auto& event : *attempt.mutable_events()) event.set_content(event.content() + " changed");
      attempt.set_invalid(true);
    } else if (kind == 4) {
      AddEvents(attempt, "bad", 1);
      attempt.set_invalid(true);
    } else if (kind < 9) {
      AddEvents(attempt, "race", 1 + random() % 2);
      auto& expected = *attempt.add_preconditions();
      expected.set_subject(kRaceSubject);
      expected.set_revision(RevisionOf(log, kRaceSubject));
    } else {
      AddEvents(attempt, "", kind == 19 ? 40 : 1 + random() % 3);
    }
    return attempt;
  }

  void AddEvents(Attempt& attempt, const std::string& company, uint64_t count) {
    for (uint64_t i = 0; i < count; ++i) {
      auto& event = *attempt.add_events();
      event.set_event_id(fmt::format("{}-{}-{}", name, number, i));
      event.set_content(fmt::format(
          "{}/{} {}", company.empty() ? fmt::format("c{}", random() % kCompanies) : company,
          event.event_id(), std::string(random() % 200, 'x')));
    }
  }

  const std::string name;
  Recorder recorder;
  std::mt19937_64 random;
  uint64_t number = 0;
  std::vector<Attempt> acknowledged;
};

struct Load::Reader {
  Reader(const std::string& name, const std::filesystem::path& folder, uint64_t seed,
         std::string wanted)
      : recorder(name, folder), random(seed), pattern(std::move(wanted)) {}

  storage::Cursor Open(const storage::Log& log) {
    Entry entry;
    entry.mutable_opening()->set_stream("stream");
    entry.mutable_opening()->set_after_position(told);
    entry.mutable_opening()->set_subject_pattern(pattern);
    recorder.Add(std::move(entry));
    return storage::Cursor(log.reader(), FilterOf(pattern), told);
  }

  void Note(const storage::Batch& batch) {
    Entry entry;
    checker::Delivery& delivery = *entry.mutable_delivery();
    delivery.set_stream("stream");
    for (const storage::BlockSlice& slice : batch.slices) {
      CHECK(storage::ForEachRecord(slice.bytes, [&](std::string_view record) {
              *delivery.add_events() = SeenOf(record);
              return absl::OkStatus();
            }).ok());
    }
    delivery.set_position(batch.position);
    delivery.set_head_position(batch.end);
    delivery.set_caught_up(batch.at_end());
    told = batch.position;
    recorder.Add(std::move(entry));
  }

  Recorder recorder;
  std::mt19937_64 random;
  const std::string pattern;
  storage::Position told = 0;
};

Load::Load(LoadOptions options) : options_(std::move(options)) {
  std::mt19937_64 random(options_.seed);
  for (int w = 0; w < options_.writers; ++w) {
    writers_.push_back(std::make_unique<Writer>(fmt::format("{}-writer-{}", options_.name, w),
                                                options_.folder, random()));
  }
  for (int r = 0; r < options_.readers; ++r) {
    readers_.push_back(std::make_unique<Reader>(fmt::format("{}-reader-{}", options_.name, r),
                                                options_.folder, random(), PatternOf(r)));
  }
}

Load::~Load() { Stop(); }

void Load::Start(storage::Log& log) {
  stopping_ = false;
  {
    const MutexLock lock(mutex_);
    acknowledged_ = 0;
    writing_ = options_.writers;
  }
  for (const auto& writer : writers_) {
    threads_.emplace_back([this, &writer = *writer, &log] { RunWriter(writer, log); });
  }
  for (const auto& reader : readers_) {
    threads_.emplace_back([this, &reader = *reader, &log] { RunReader(reader, log); });
  }
}

bool Load::WaitFor(size_t acknowledged) {
  const MutexLock lock(mutex_);
  while (acknowledged_ < acknowledged && writing_ > 0) changed_.Wait(mutex_);
  return acknowledged_ >= acknowledged;
}

void Load::Stop() {
  stopping_ = true;
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

void Load::CountAcknowledged() {
  const MutexLock lock(mutex_);
  ++acknowledged_;
  changed_.NotifyAll();
}

void Load::RunWriter(Writer& writer, storage::Log& log) {
  ingest::Appender appender(log);
  while (!stopping_) {
    Attempt attempt = writer.Next(log);
    Entry sent;
    *sent.mutable_attempt() = attempt;
    writer.recorder.Add(std::move(sent));
    std::promise<absl::StatusOr<v1::AppendEventsResponse>> answered;
    appender.Append(RequestOf(attempt), [&](absl::StatusOr<v1::AppendEventsResponse> answer) {
      if (options_.before_reply) options_.before_reply();
      answered.set_value(std::move(answer));
    });
    Entry answer = AnswerOf(attempt.number(), answered.get_future().get());
    const checker::Outcome outcome = answer.answer().outcome();
    writer.recorder.Add(std::move(answer));
    if (options_.after_reply) options_.after_reply();
    if (outcome == checker::OUTCOME_UNKNOWN) break;
    if (outcome != checker::OUTCOME_ACKNOWLEDGED) continue;
    writer.acknowledged.push_back(std::move(attempt));
    CountAcknowledged();
  }
  const MutexLock lock(mutex_);
  --writing_;
  changed_.NotifyAll();
}

void Load::RunReader(Reader& reader, const storage::Log& log) {
  storage::Cursor cursor = reader.Open(log);
  // What was published is seen before it ends: a reader must never have seen too much.
  while (!stopping_ || reader.told < log.reader().head()) {
    const auto batch = cursor.Next(1 + reader.random() % 20'000);
    if (!batch.ok()) return;
    if (batch->position != reader.told) {
      reader.Note(*batch);
      // Comes back now and then, in the middle of things.
      if (reader.random() % 30 == 0) cursor = reader.Open(log);
      continue;
    }
    std::promise<void> moved;
    const uint64_t registration =
        log.reader().NotifyPast(reader.told, [&moved] { moved.set_value(); });
    constexpr std::chrono::milliseconds kLookWhetherToStop{20};
    moved.get_future().wait_for(kLookWhetherToStop);
    log.reader().Cancel(registration);
  }
}

void Load::ReadToTheEnd(const storage::Log& log) {
  for (const auto& reader : readers_) {
    storage::Cursor cursor = reader->Open(log);
    while (reader->told < log.reader().head()) {
      const auto batch = cursor.Next(1024 * 1024);
      if (!batch.ok()) return;
      reader->Note(*batch);
    }
    Entry entry;
    entry.mutable_closing()->set_stream("stream");
    reader->recorder.Add(std::move(entry));
  }
}

std::vector<checker::History> Load::histories() const {
  std::vector<checker::History> histories;
  for (const auto& writer : writers_) histories.push_back(writer->recorder.history());
  for (const auto& reader : readers_) histories.push_back(reader->recorder.history());
  return histories;
}

}  // namespace chipline::faults
