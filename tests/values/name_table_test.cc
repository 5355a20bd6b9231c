#include "services/values/name_table.h"

#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "services/values/fold_key.h"
#include "services/values/subject_token.h"

namespace chipline {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr v1::EntityKind kCompany = v1::ENTITY_KIND_COMPANY;
constexpr v1::EntityKind kChip = v1::ENTITY_KIND_CHIP;

storage::v1::NameChange Change(std::string_view alias, std::string_view entity, bool remove,
                               v1::EntityKind kind = kCompany) {
  storage::v1::NameChange change;
  change.set_kind(kind);
  change.set_fold_key(FoldKey(alias));
  change.set_entity(std::string(entity));
  change.set_remove(remove);
  return change;
}

storage::v1::NameChange Add(std::string_view alias, std::string_view entity,
                            v1::EntityKind kind = kCompany) {
  return Change(alias, entity, false, kind);
}

storage::v1::NameChange Remove(std::string_view alias, std::string_view entity) {
  return Change(alias, entity, true);
}

std::string Meaning(const NameTable& names, std::string_view name, uint64_t at = NameTable::kHead,
                    v1::EntityKind kind = kCompany) {
  return names.Resolve(kind, FoldKey(name), at).value_or("nothing");
}

TEST(NameTableTest, OneCompanyInThreeScripts) {
  NameTable names;
  ASSERT_TRUE(names.Learn(1, Add("ByteDance", "bytedance")).ok());
  ASSERT_TRUE(names.Learn(2, Add("بايت دانس", "bytedance")).ok());
  ASSERT_TRUE(names.Learn(3, Add("字节跳动", "bytedance")).ok());
  for (const std::string_view name :
       {"bytedance", "Byte Dance", "بـايتْ دانس", "بأيتدانس", "字节 跳动"}) {
    EXPECT_EQ(Meaning(names, name), "bytedance") << name;
  }
  EXPECT_EQ(Meaning(names, "Tencent"), "nothing");
}

TEST(NameTableTest, ANameMeansWhatItMeantAtThePosition) {
  NameTable names;
  ASSERT_TRUE(names.Learn(10, Add("Doubao maker", "bytedance")).ok());
  ASSERT_TRUE(names.Learn(20, Remove("Doubao maker", "bytedance")).ok());
  ASSERT_TRUE(names.Learn(30, Add("Doubao maker", "volcano")).ok());
  EXPECT_EQ(Meaning(names, "Doubao maker", 9), "nothing");
  EXPECT_EQ(Meaning(names, "Doubao maker", 10), "bytedance");
  EXPECT_EQ(Meaning(names, "Doubao maker", 19), "bytedance");
  EXPECT_EQ(Meaning(names, "Doubao maker", 20), "nothing");
  EXPECT_EQ(Meaning(names, "Doubao maker", 30), "volcano");
  EXPECT_EQ(Meaning(names, "Doubao maker"), "volcano");
}

TEST(NameTableTest, KindsDoNotShareNames) {
  NameTable names;
  ASSERT_TRUE(names.Learn(1, Add("Ascend", "huawei-ascend", kChip)).ok());
  ASSERT_TRUE(names.Learn(2, Add("Ascend", "ascend-capital")).ok());
  EXPECT_EQ(Meaning(names, "ascend", NameTable::kHead, kChip), "huawei-ascend");
  EXPECT_EQ(Meaning(names, "ascend"), "ascend-capital");
  EXPECT_EQ(Meaning(names, "ascend", NameTable::kHead, v1::ENTITY_KIND_BODY), "nothing");
  EXPECT_EQ(Meaning(names, "ascend", NameTable::kHead, v1::ENTITY_KIND_UNSPECIFIED), "nothing");
}

TEST(NameTableTest, AnAliasOfAnotherEntityIsRefusedAndNamed) {
  NameTable names;
  ASSERT_TRUE(names.Learn(1, Add("بايت دانس", "bytedance")).ok());
  const absl::Status refused = names.Learn(2, Add("بأيت دانس", "baidu"));
  EXPECT_EQ(refused.code(), absl::StatusCode::kAlreadyExists);
  EXPECT_THAT(std::string(refused.message()), HasSubstr("bytedance"));
  EXPECT_EQ(Meaning(names, "بايت دانس"), "bytedance");
  EXPECT_EQ(Meaning(names, "baidu"), "nothing");
  EXPECT_TRUE(names.Check(2, Add("بايت دانس", "bytedance")).ok());
}

TEST(NameTableTest, RefusesWhatMakesNoSense) {
  NameTable names;
  ASSERT_TRUE(names.Learn(1, Add("ByteDance", "bytedance")).ok());
  EXPECT_EQ(names.Check(2, Remove("Tencent", "bytedance")).code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(names.Check(2, Remove("ByteDance", "tencent")).code(), absl::StatusCode::kNotFound);
  storage::v1::NameChange change = Add("x", "y");
  change.set_kind(0);
  EXPECT_EQ(names.Check(2, change).code(), absl::StatusCode::kInvalidArgument);
  change.set_kind(99);
  EXPECT_EQ(names.Check(2, change).code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(names.Check(2, Add("x", "Not An Id")).code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(names.Check(2, Add(" - ", "y")).code(), absl::StatusCode::kInvalidArgument);
}

TEST(NameTableTest, AddingTwiceIsAddingOnce) {
  NameTable names;
  ASSERT_TRUE(names.Learn(1, Add("ByteDance", "bytedance")).ok());
  ASSERT_TRUE(names.Learn(2, Add("byte dance", "bytedance")).ok());
  EXPECT_THAT(names.AliasesOf(kCompany, "bytedance"),
              ElementsAre(NameTable::Alias{"bytedance", 1}));
  ASSERT_TRUE(names.Learn(3, Remove("ByteDance", "bytedance")).ok());
  EXPECT_EQ(Meaning(names, "ByteDance"), "nothing");
}

TEST(NameTableTest, AnIdMeansItsEntityWhileItExists) {
  NameTable names;
  ASSERT_TRUE(names.Learn(5, Add("摩尔线程", "moore-threads")).ok());
  EXPECT_EQ(Meaning(names, "Moore Threads", 4), "nothing");
  EXPECT_EQ(Meaning(names, "Moore Threads", 5), "moore-threads");
  ASSERT_TRUE(names.Learn(6, Remove("摩尔线程", "moore-threads")).ok());
  EXPECT_EQ(Meaning(names, "Moore Threads", 5), "moore-threads");
  EXPECT_EQ(Meaning(names, "Moore Threads", 6), "nothing");
}

TEST(NameTableTest, AnAliasPrecedesAnId) {
  NameTable names;
  ASSERT_TRUE(names.Learn(1, Add("Meta Platforms", "meta")).ok());
  EXPECT_EQ(Meaning(names, "Meta"), "meta");
  ASSERT_TRUE(names.Learn(2, Add("Meta", "metax")).ok());
  EXPECT_EQ(Meaning(names, "Meta"), "metax");
  ASSERT_TRUE(names.Learn(3, Remove("Meta", "metax")).ok());
  EXPECT_EQ(Meaning(names, "Meta"), "meta");
}

TEST(NameTableTest, OfIdsWithOneKeyTheKeyItselfIsFirst) {
  NameTable names;
  ASSERT_TRUE(names.Learn(1, Add("one", "moore-threads")).ok());
  ASSERT_TRUE(names.Learn(2, Add("two", "moo-rethreads")).ok());
  EXPECT_EQ(Meaning(names, "Moore Threads", 1), "moore-threads");
  EXPECT_EQ(Meaning(names, "Moore Threads", 2), "moo-rethreads");
  ASSERT_TRUE(names.Learn(3, Add("three", "moorethreads")).ok());
  EXPECT_EQ(Meaning(names, "Moore Threads"), "moorethreads");
}

TEST(NameTableTest, ForgettingLeavesNoTrace) {
  NameTable names;
  ASSERT_TRUE(names.Learn(1, Add("ByteDance", "bytedance")).ok());
  ASSERT_TRUE(names.Learn(7, Add("字节跳动", "bytedance")).ok());
  ASSERT_TRUE(names.Learn(8, Add("摩尔线程", "moore-threads")).ok());
  ASSERT_TRUE(names.Learn(9, Remove("ByteDance", "bytedance")).ok());
  names.Forget(7);
  EXPECT_EQ(Meaning(names, "ByteDance"), "bytedance");
  EXPECT_EQ(Meaning(names, "字节跳动"), "nothing");
  EXPECT_EQ(Meaning(names, "Moore Threads"), "nothing");
  EXPECT_THAT(names.Entities(kCompany), ElementsAre("bytedance"));
  EXPECT_THAT(names.KeysEverOf(kCompany, "moore-threads"), IsEmpty());
  // The positions are free again.
  EXPECT_TRUE(names.Learn(7, Add("字节跳动", "tencent")).ok());
  EXPECT_EQ(Meaning(names, "字节跳动"), "tencent");
}

TEST(NameTableTest, ListsAliasesKeysAndEntities) {
  NameTable names;
  ASSERT_TRUE(names.Learn(1, Add("摩尔线程", "moore-threads")).ok());
  ASSERT_TRUE(names.Learn(2, Add("MTT", "moore-threads")).ok());
  ASSERT_TRUE(names.Learn(3, Remove("摩尔线程", "moore-threads")).ok());
  ASSERT_TRUE(names.Learn(4, Add("ByteDance", "bytedance")).ok());
  EXPECT_THAT(names.AliasesOf(kCompany, "moore-threads"), ElementsAre(NameTable::Alias{"mtt", 2}));
  EXPECT_THAT(names.AliasesOf(kCompany, "moore-threads", 2),
              ElementsAre(NameTable::Alias{"mtt", 2}, NameTable::Alias{"摩尔线程", 1}));
  EXPECT_THAT(names.KeysEverOf(kCompany, "moore-threads"),
              ElementsAre("moorethreads", "mtt", "摩尔线程"));
  EXPECT_THAT(names.Entities(kCompany), ElementsAre("bytedance", "moore-threads"));
  EXPECT_THAT(names.Entities(kCompany, 3), ElementsAre("moore-threads"));
  EXPECT_THAT(names.Entities(kChip), IsEmpty());
  EXPECT_THAT(names.AliasesOf(kCompany, "nobody"), IsEmpty());
}

TEST(NameTableTest, TheTokenOfARef) {
  NameTable names;
  ASSERT_TRUE(names.Learn(5, Add("字节跳动", "bytedance")).ok());
  EXPECT_EQ(EntityToken(names, kCompany, "字节跳动", "tencent"), "tencent");
  EXPECT_EQ(EntityToken(names, kCompany, "字节跳动", ""), "bytedance");
  EXPECT_EQ(EntityToken(names, kCompany, "字节跳动", "", 4), SubjectToken("字节跳动"));
  EXPECT_EQ(EntityToken(names, kCompany, FoldKey("Chinese companies"), ""), "chinesecompanies");
}

// The model keeps the accepted changes and replays them for every question.
class Model {
 public:
  bool Learn(uint64_t position, const storage::v1::NameChange& change) {
    const auto standing = Standing(NameTable::kHead);
    const auto alias = standing.find(change.fold_key());
    const bool mine = alias != standing.end() && alias->second == change.entity();
    if (change.remove() ? !mine : alias != standing.end() && !mine) return false;
    changes_.emplace_back(position, change);
    return true;
  }

  void Forget(uint64_t from) {
    while (!changes_.empty() && changes_.back().first >= from) changes_.pop_back();
  }

  std::map<std::string, std::string> Standing(uint64_t at) const {
    std::map<std::string, std::string> standing;
    for (const auto& [position, change] : changes_) {
      if (position > at) break;
      if (change.remove()) {
        standing.erase(change.fold_key());
      } else {
        standing[change.fold_key()] = change.entity();
      }
    }
    return standing;
  }

  std::optional<std::string> Resolve(const std::string& key, uint64_t at) const {
    const auto standing = Standing(at);
    if (const auto alias = standing.find(key); alias != standing.end()) return alias->second;
    std::set<std::string> ids;
    for (const auto& [unused, entity] : standing) {
      if (FoldKey(entity) == key) ids.insert(entity);
    }
    if (ids.empty()) return std::nullopt;
    return ids.count(key) > 0 ? key : *ids.begin();
  }

 private:
  std::vector<std::pair<uint64_t, storage::v1::NameChange>> changes_;
};

TEST(NameTableTest, RandomHistoriesEqualTheModel) {
  const auto seed = static_cast<uint32_t>(std::random_device{}());
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const std::vector<std::string> entities = {"a-b", "ab", "a--b", "c", "d"};
  const std::vector<std::string> aliases = {"ab", "c", "d", "字", "دا", "e"};
  for (int round = 0; round < 60; ++round) {
    NameTable names;
    Model model;
    uint64_t position = 0;
    for (int step = 0; step < 60; ++step) {
      position += random() % 3;
      if (random() % 10 == 0) {
        const uint64_t from = random() % (position + 2);
        names.Forget(from);
        model.Forget(from);
      } else {
        const auto change = Change(aliases[random() % aliases.size()],
                                   entities[random() % entities.size()], random() % 3 == 0);
        ASSERT_EQ(names.Learn(position, change).ok(), model.Learn(position, change));
      }
      for (uint64_t at = random() % 3; at <= position + 1; at += 1 + random() % 8) {
        for (const std::string& key : aliases) {
          ASSERT_EQ(names.Resolve(kCompany, key, at), model.Resolve(key, at)) << key << "@" << at;
        }
        std::map<std::string, std::string> listed;
        for (const std::string& entity : names.Entities(kCompany, at)) {
          for (const auto& alias : names.AliasesOf(kCompany, entity, at)) {
            listed[alias.fold_key] = entity;
            ASSERT_LE(alias.since, at);
          }
        }
        ASSERT_EQ(listed, model.Standing(at));
      }
    }
  }
}

// A copy shares with the table what neither changes, so it must not see what the other learns.
TEST(NameTableTest, CopiesStayWhatTheyWereWhateverTheOthersLearnAndForget) {
  const auto seed = static_cast<uint32_t>(std::random_device{}());
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const auto listed = [](const NameTable& names) {
    std::map<std::string, std::string> aliases;
    for (const std::string& entity : names.Entities(kCompany)) {
      for (const auto& alias : names.AliasesOf(kCompany, entity)) aliases[alias.fold_key] = entity;
    }
    return aliases;
  };
  std::deque<NameTable> tables(1);
  std::deque<std::map<std::string, std::string>> expected(1);
  uint64_t position = 0;
  // More than the blocks of a list and the parts of a map hold.
  for (int step = 0; step < 3000; ++step) {
    NameTable& names = tables.back();
    ++position;
    if (random() % 50 == 0) {
      names.Forget(position - random() % 40);
    } else {
      const int number = static_cast<int>(random() % 2000);
      (void)names.Learn(position, Change("k" + std::to_string(number),
                                         "e" + std::to_string(number % 700), random() % 4 == 0));
    }
    if (random() % 100 != 0) continue;
    expected.back() = listed(names);
    tables.emplace_back(names);
    expected.emplace_back();
    // The older one learns something, too.
    if (random() % 2 == 0) {
      NameTable& older = tables[tables.size() - 2];
      if (older.Learn(position, Change("onlyhere", "e1", false)).ok()) {
        expected[tables.size() - 2] = listed(older);
        EXPECT_EQ(listed(older)["onlyhere"], "e1");
      }
    }
  }
  expected.back() = listed(tables.back());
  for (size_t i = 0; i < tables.size(); ++i) EXPECT_EQ(listed(tables[i]), expected[i]) << i;
  for (size_t i = 0; i < tables.size(); ++i) tables[i].Forget(0);
  for (size_t i = 0; i < tables.size(); ++i) EXPECT_TRUE(listed(tables[i]).empty()) << i;
}

}  // namespace
}  // namespace chipline
