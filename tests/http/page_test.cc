#include "services/http/page.h"

#include <atomic>
#include <future>
#include <string>

#include "gtest/gtest.h"

namespace chipline::http {
namespace {

TEST(MetricsMakerTest, OnePageIsForAllWhoAskWhileAnotherIsMade) {
  std::promise<void> begun;
  std::promise<void> go_on;
  std::atomic<int> made = 0;
  std::atomic<int> answered = 0;
  std::string first;
  std::string last;
  {
    MetricsMaker maker([&] {
      if (++made == 1) {
        begun.set_value();
        go_on.get_future().wait();
      }
      return std::string(100'000, static_cast<char>('0' + made));
    });
    maker.Ask(false, [&](const MetricsMaker::Page& page) {
      ++answered;
      first = page->body.substr(0, 1);
    });
    begun.get_future().wait();
    for (int i = 0; i < 1000; ++i) {
      maker.Ask(i % 2 == 1, [&](const MetricsMaker::Page& page) {
        ++answered;
        if (page->body.size() == 100'000) last = page->body.substr(0, 1);
      });
    }
    go_on.set_value();
  }
  EXPECT_EQ(answered, 1001);
  EXPECT_EQ(made, 2);
  EXPECT_EQ(first, "1");
  // What was made after they asked.
  EXPECT_EQ(last, "2");
}

}  // namespace
}  // namespace chipline::http
