// Changes of names, learned and forgotten: forgetting gives the table back as it was.
#include <string>
#include <vector>

#include "fmt/format.h"
#include "services/values/name_table.h"
#include "tests/fuzz/check.h"

namespace chipline::fuzz {
namespace {

constexpr int kNames = 6;
constexpr size_t kMaxChanges = 48;

std::string Key(int number) { return fmt::format("name{}", number % kNames); }
std::string Entity(int number) { return fmt::format("name-{}", number % kNames); }

// All that the table says.
std::string Said(const NameTable& table, uint64_t at) {
  std::string said;
  for (int i = 0; i < kNames; ++i) {
    said += table.Resolve(v1::ENTITY_KIND_COMPANY, Key(i), at).value_or("-") + " ";
    for (const auto& alias : table.AliasesOf(v1::ENTITY_KIND_COMPANY, Entity(i), at)) {
      said += fmt::format("{}@{} ", alias.fold_key, alias.since);
    }
  }
  for (const std::string& entity : table.Entities(v1::ENTITY_KIND_COMPANY, at))
    said += entity + " ";
  return said;
}

void Check(Input input) {
  NameTable table;
  // What it said before each change, and what it says at each position for ever.
  std::vector<std::string> before;
  for (uint64_t position = 1; !input.empty() && position <= kMaxChanges; ++position) {
    storage::v1::NameChange change;
    change.set_kind(v1::ENTITY_KIND_COMPANY);
    change.set_fold_key(Key(input.Byte()));
    change.set_entity(Entity(input.Byte()));
    change.set_remove(input.Byte() % 3 == 0);
    before.push_back(Said(table, NameTable::kHead));
    const bool fine = table.Check(position, change).ok();
    MUST(table.Learn(position, change).ok() == fine);
    if (!fine) MUST(Said(table, NameTable::kHead) == before.back());
    MUST(Said(table, position - 1) == before.back());
  }
  for (size_t i = 0; i < before.size(); ++i) MUST(Said(table, i) == before[i]);
  for (size_t i = before.size(); i-- > 0;) {
    table.Forget(i + 1);
    MUST(Said(table, NameTable::kHead) == before[i]);
  }
}

}  // namespace
}  // namespace chipline::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  chipline::fuzz::Check(chipline::fuzz::Input(chipline::fuzz::Text(bytes, size)));
  return 0;
}
