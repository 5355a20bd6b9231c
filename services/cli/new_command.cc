#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "services/cli/commands.h"
#include "services/cli/event_lines.h"
#include "services/cli/example_events.h"
#include "services/cli/nearest.h"
#include "services/cli/table.h"
#include "services/words/enum_words.h"
#include "storage/check.h"

namespace chipline::cli {
namespace {

// Where words are broken that are for no terminal.
constexpr size_t kColumns = 80;

v1::Event EventOf(const ExampleEvent& example) {
  const auto event = ParseEventLine(example.Json(), example.kind, 1);
  CHECK(event.ok());
  return *event;
}

// "ORIGIN_KIND_ and FILING, OFFICIAL, NAMED": what may stand in the place of the value.
std::string ChoiceWords(const google::protobuf::EnumDescriptor& type) {
  // Its first value is the prefix and UNSPECIFIED.
  const std::string& first = type.value(0)->name();
  const std::string prefix = first.substr(0, first.rfind("UNSPECIFIED"));
  std::string words;
  for (int i = 1; i < type.value_count(); ++i) {
    words += (i == 1 ? "" : ", ") + type.value(i)->name().substr(prefix.size());
  }
  return fmt::format("After {}: {}.", prefix, words);
}

// On standard error, so that standard output is an event and nothing else.
void Explain(const ExampleEvent& example, Console& console) {
  const size_t width = console.width() == 0 ? kColumns : console.width();
  const auto note = [&](const std::string& words, size_t margin) {
    const std::string text = WrapText(words, std::max(width, kColumns / 2) - margin, margin);
    // A note is a line, and lines of it would be escaped.
    for (size_t begin = 0; begin < text.size();) {
      const size_t end = std::min(text.find('\n', begin), text.size());
      console.Note((begin == 0 ? std::string(margin, ' ') : "") + text.substr(begin, end - begin));
      begin = end + 1;
    }
  };
  note(fmt::format("{}: {}. The event is one line of JSON; its parts are", example.kind,
                   example.about),
       0);
  for (const ExamplePart& part : example.parts) {
    console.Note("  " + part.json);
    note(
        std::string(part.words) + (part.choices == nullptr ? "" : " " + ChoiceWords(*part.choices)),
        6);
  }
  note(
      "Put it into a file, edit it, try it with chipline append --validate-only FILE, and append "
      "it without.",
      0);
}

ExitCode List(const std::vector<ExampleEvent>& examples, Console& console) {
  Table table({{"KIND"}, {"WHAT IT SAYS", Align::kLeft, true}});
  for (const ExampleEvent& example : examples) {
    if (console.json()) console.PrintJson(EventOf(example));
    table.AddRow({example.kind, example.about});
  }
  if (console.json()) return ExitCode::kDone;
  console.Print(table);
  console.Note("chipline new KIND prints an example.");
  return ExitCode::kDone;
}

ExitCode Run(const std::string& kind, Console& console) {
  const std::vector<ExampleEvent> examples = ExampleEvents();
  if (kind.empty()) return List(examples, console);
  std::vector<std::string> kinds;
  for (const ExampleEvent& example : examples) {
    if (example.kind == kind) {
      Explain(example, console);
      console.PrintJson(EventOf(example));
      return ExitCode::kDone;
    }
    kinds.push_back(example.kind);
  }
  const std::string nearest = Nearest(kind, kinds);
  return console.Misuse(
      nearest.empty() ? fmt::format("{} is no kind of event; there are {}", kind,
                                    CLI::detail::join(kinds, ", "))
                      : fmt::format("{} is no kind of event; did you mean {}?", kind, nearest));
}

}  // namespace

Command AddNewCommand(CLI::App& root) {
  auto kind = std::make_shared<std::string>();
  CLI::App* command =
      root.add_subcommand("new", "Print an example of an event, to be edited and appended");
  command->footer(
      "The example goes to standard output as append takes it, and what its parts mean to standard "
      "error. --json: the event alone; without a kind one of each.");
  std::string kinds;
  for (const ExampleEvent& example : ExampleEvents()) {
    kinds += (kinds.empty() ? "" : ",") + std::string(example.kind);
  }
  command
      ->add_option("kind", *kind, "the kind, as in events --type; without it all are listed")
      // For help and completions. A slip is told with the nearest kind instead.
      ->check(CLI::Validator([](std::string&) { return std::string(); }, "{" + kinds + "}"));
  return {command, [kind](Console& console) { return Run(*kind, console); }};
}

}  // namespace chipline::cli
