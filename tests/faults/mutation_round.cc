#include <atomic>
#include <cstdio>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "rocksdb/db.h"

#include "fmt/format.h"
#include "storage/check.h"
#include "tests/faults/fault_file_system.h"
#include "tests/faults/scene.h"

// One round of everything that the mutants break: a load under a clock that jumps, the power cut,
// and a block that changes on the disk. Linked with the product's sources it finds nothing wrong;
// linked with a mutant it must name a promise. Exit 0, or 1 with "violated …".
namespace chipline::faults {
namespace {

// A clock that goes back by a day now and then.
class JumpingClock final : public Clock {
 public:
  absl::Time Now() const override {
    return absl::Now() - (count_.fetch_add(1) % 50 == 49 ? absl::Hours(24) : absl::ZeroDuration());
  }

 private:
  mutable std::atomic<int> count_{0};
};

// Changes one letter of what the log's events say, in the way that no checksum of RocksDB notices.
void SpoilABlock(const std::filesystem::path& directory) {
  const std::string log = (directory / "log").string();
  std::vector<std::string> names;
  CHECK(rocksdb::DB::ListColumnFamilies(rocksdb::DBOptions(), log, &names).ok());
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  for (const std::string& name : names) {
    families.emplace_back(name, rocksdb::ColumnFamilyOptions());
  }
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* opened = nullptr;
  CHECK(rocksdb::DB::Open(rocksdb::DBOptions(), log, families, &handles, &opened).ok());
  const std::unique_ptr<rocksdb::DB> db(opened);
  bool spoilt = false;
  for (rocksdb::ColumnFamilyHandle* handle : handles) {
    const std::unique_ptr<rocksdb::Iterator> row(db->NewIterator(rocksdb::ReadOptions(), handle));
    for (row->SeekToFirst(); row->Valid() && !spoilt; row->Next()) {
      std::string value = row->value().ToString();
      const size_t text = value.find("xxxx");
      if (text == std::string::npos) continue;
      value[text] = 'y';
      CHECK(db->Put(rocksdb::WriteOptions(), handle, row->key(), value).ok());
      spoilt = true;
    }
  }
  CHECK(spoilt);
  for (rocksdb::ColumnFamilyHandle* handle : handles) {
    CHECK(db->DestroyColumnFamilyHandle(handle).ok());
  }
  CHECK(db->Close().ok());
}

int Broken(const std::string& what) {
  fmt::print("{}\n", what);
  return 1;
}

int Run() {
  std::mt19937_64 random(Seed());
  const ScratchFolder folder;
  LoadOptions options;
  options.seed = random();
  Load load(options);
  FaultDisk disk;
  {
    const JumpingClock clock;
    const auto opened = OpenLog(folder.path(), disk.env.get(), &clock);
    CHECK(opened.ok());
    load.Start(*opened->log);
    if (!load.WaitFor(400)) return Broken("too little load to tell anything");
    disk.files->CutPower();
    // The writers end with the next write, unless the log does not sync and so does not notice.
    if (load.WaitFor(800)) opened->log->Drain();
    load.Stop();
  }
  disk.files->DropUnsynced(nullptr);
  const auto after_the_cut = Judge(load, folder.path());
  if (!after_the_cut.ok()) return Broken("violated I1: " + after_the_cut.status().ToString());
  if (after_the_cut->violation.has_value()) return Broken(after_the_cut->violation->ToString());

  SpoilABlock(folder.path());
  const auto spoilt = Judge(load, folder.path());
  if (spoilt.ok() && !spoilt->violation.has_value())
    return Broken("the changed block was not read");
  if (spoilt.ok()) return Broken(spoilt->violation->ToString());
  if (spoilt.status().code() != absl::StatusCode::kDataLoss) {
    return Broken(spoilt.status().ToString());
  }
  fmt::print("every promise was kept, and the changed block was noticed\n");
  return 0;
}

}  // namespace
}  // namespace chipline::faults

int main() { return chipline::faults::Run(); }
