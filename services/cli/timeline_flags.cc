#include "services/cli/timeline_flags.h"

#include "CLI/CLI.hpp"
#include "services/cli/flags.h"
#include "services/words/enum_words.h"

namespace chipline::cli {
namespace {

using QueryPtr = std::shared_ptr<v1::TimelineQuery>;

CLI::App* AddQuery(CLI::App& command, const std::string& name, const std::string& description) {
  return command.add_subcommand(name, description);
}

void AddRuleQuery(CLI::App& command, const QueryPtr& query) {
  CLI::App* rule = AddQuery(command, "rule", "export, import and use rules on a chip");
  auto asked = std::make_shared<v1::ExportRuleQuery>();
  auto set = [asked, query](auto setter) {
    return [asked, query, setter](const std::string& value) {
      setter(*asked, value);
      *query->mutable_export_rule() = *asked;
    };
  };
  CLI::App* which = rule->add_option_group("Which", "at least one of these");
  which->add_option_function<std::string>("chip,--chip",
                                          set([](auto& q, const std::string& v) { q.set_chip(v); }),
                                          "the chip, by id or name");
  which->add_option_function<std::string>(
      "--destination", set([](auto& q, const std::string& v) { q.set_destination(v); }),
      "the place it goes to");
  which->add_option_function<std::string>(
      "--jurisdiction", set([](auto& q, const std::string& v) { q.set_jurisdiction(v); }),
      "whose rules");
  which->require_option(1, 0);
  rule->add_option_function<std::string>(
          "--gate", set([](auto& q, const std::string& v) {
            q.set_gate(static_cast<v1::GateKind>(EnumFromFlagName(*v1::GateKind_descriptor(), v)));
          }),
          "only this step")
      ->check(CLI::IsMember(EnumFlagNames(*v1::GateKind_descriptor())));
  CLI::App* who = rule->add_option_group(
      "Who asks",
      "how each gate stands to an order that they place now; what is not given is not "
      "known, and a rule that may apply then is named (a watch tells the rules alone)");
  who->add_option_function<std::string>("--buyer",
                                        set([](auto& q, const std::string& v) { q.set_buyer(v); }),
                                        "the buyer, by id or name");
  who->add_option_function<std::string>(
      "--seat", set([](auto& q, const std::string& v) { q.set_buyer_seat(v); }),
      "the place where the buyer has its seat");
  who->add_option_function<std::string>(
      "--purpose", set([](auto& q, const std::string& v) { q.set_purpose(v); }),
      "what the chips are for; a rule for a purpose applies if it has the same words");
  ShowDefaults(*which);
  ShowDefaults(*who);
}

void AddOrderQuery(CLI::App& command, const QueryPtr& query) {
  CLI::App* order = AddQuery(command, "order", "orders of a buyer or of a chip, or one order");
  auto set = [query](auto setter) {
    return
        [query, setter](const std::string& value) { setter(*query->mutable_chip_order(), value); };
  };
  CLI::App* which = order->add_option_group("Which", "at least one of these");
  which->add_option_function<std::string>(
      "buyer,--buyer", set([](auto& q, const std::string& v) { q.set_buyer(v); }),
      "a buyer, by id or name");
  which->add_option_function<std::string>(
      "--order", set([](auto& q, const std::string& v) { q.set_order(v); }),
      "one order, by subject");
  which->add_option_function<std::string>(
      "--chip", set([](auto& q, const std::string& v) { q.set_chip(v); }), "a chip, by id or name");
  which->require_option(1, 0);
  ShowDefaults(*which);
}

void AddPriceQuery(CLI::App& command, const QueryPtr& query) {
  CLI::App* price = AddQuery(command, "price", "what a chip costs to buy or to rent");
  price
      ->add_option_function<std::string>(
          "chip", [query](const std::string& name) { query->mutable_price()->set_chip(name); },
          "the chip, by id or name")
      ->required();
  price->add_option_function<std::string>(
      "--place", [query](const std::string& name) { query->mutable_price()->set_place(name); },
      "only what is paid at this place");
}

}  // namespace

void AddTimelineQueries(CLI::App& command, const QueryPtr& query) {
  command.require_subcommand(1);
  AddQuery(command, "capex", "spending of a company and of the groups it is in")
      ->add_option_function<std::string>(
          "company",
          [query](const std::string& name) { query->mutable_capex()->set_company(name); },
          "the company, by id or any of its names")
      ->required();
  AddRuleQuery(command, query);
  AddOrderQuery(command, query);
  AddQuery(command, "supply", "stock, capacity, orders and shortfall of a chip")
      ->add_option_function<std::string>(
          "chip",
          [query](const std::string& name) { query->mutable_chip_supply()->set_chip(name); },
          "the chip, by id or name")
      ->required();
  AddQuery(command, "usage", "use of a company's models")
      ->add_option_function<std::string>(
          "company",
          [query](const std::string& name) { query->mutable_usage()->set_company(name); },
          "the company, by id or any of its names")
      ->required();
  AddPriceQuery(command, query);
  AddQuery(command, "company", "all of the above that touch a company")
      ->add_option_function<std::string>(
          "company",
          [query](const std::string& name) { query->mutable_company()->set_company(name); },
          "the company, by id or any of its names")
      ->required();
}

void AddKnownFlags(CLI::App& command, KnownFlags& flags) {
  CLI::Option* position = command.add_option(
      "--known-position", flags.position,
      "what this log held at this position; inside an append, at the end of the one before");
  CLI::Option* time =
      command.add_option("--known-time", flags.time, "what this log held at this time")
          ->check(TimeFlag());
  CLI::Option* published = command
                               .add_option("--published-by", flags.published_by,
                                           "what was public by the end of this day")
                               ->check(DayFlag());
  position->excludes(time)->excludes(published);
  time->excludes(published);
}

void AddVersionFlags(CLI::App& command, VersionFlags& flags) {
  command
      .add_option("--view-version", flags.view,
                  "fail unless timelines are of this version (`chipline status` has it); 0: any")
      ->capture_default_str();
  command
      .add_option("--policy-version", flags.policy,
                  "fail unless the selection policy is of this version; 0: any")
      ->capture_default_str();
}

std::optional<v1::Known> ToKnown(const KnownFlags& flags) {
  v1::Known known;
  if (flags.position) {
    known.set_position(*flags.position);
  } else if (!flags.time.empty()) {
    *known.mutable_record_time() = *ParseTimeFlag(flags.time);
  } else if (!flags.published_by.empty()) {
    known.set_publication_date(flags.published_by);
  } else {
    return std::nullopt;
  }
  return known;
}

}  // namespace chipline::cli
