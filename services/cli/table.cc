#include "services/cli/table.h"

#include <libsmartcols/libsmartcols.h>

#include <cstdlib>
#include <memory>

#include "services/words/visible_text.h"
#include "storage/check.h"

namespace chipline::cli {
namespace {

struct Unref {
  void operator()(libscols_table* table) const { scols_unref_table(table); }
};
struct Free {
  void operator()(char* text) const { std::free(text); }
};
using TablePtr = std::unique_ptr<libscols_table, Unref>;
using TextPtr = std::unique_ptr<char, Free>;

// The names that libsmartcols has for colours.
const char* ColorOf(Tone tone) {
  switch (tone) {
    case Tone::kPlain:
      return nullptr;
    case Tone::kStrong:
      return "bold";
    case Tone::kGood:
      return "green";
    case Tone::kCaution:
      return "brown";
    case Tone::kBad:
      return "lightred";
    case Tone::kFaint:
      return "halfbright";
  }
  return nullptr;
}

// Allocation is all that can fail here.
void Require(int result) { CHECK(result == 0); }

void AddColumns(libscols_table* table, const std::vector<Column>& columns) {
  for (const Column& column : columns) {
    int flags = 0;
    if (column.align == Align::kRight) flags |= SCOLS_FL_RIGHT;
    if (column.wrap) flags |= SCOLS_FL_WRAP;
    CHECK(scols_table_new_column(table, column.heading.c_str(), 0, flags) != nullptr);
  }
}

std::string Indented(std::string_view text, size_t indent) {
  const std::string margin(indent, ' ');
  std::string result;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    // Padding of the last column is of no use to anyone.
    line = line.substr(0, line.find_last_not_of(' ') + 1);
    result += line.empty() ? "" : margin;
    result += line;
    result += '\n';
  }
  return result;
}

}  // namespace

std::string Table::Render(const Palette& palette, size_t width, size_t indent) const {
  // libsmartcols prints nothing at all for a table without rows.
  if (rows_.empty()) return "";
  const TablePtr table(scols_new_table());
  CHECK(table != nullptr);
  // Names in other scripts as they are, whatever the locale says can be printed.
  Require(scols_table_enable_noencoding(table.get(), 1));
  Require(scols_table_enable_colors(table.get(), palette.colored() ? 1 : 0));
  Require(scols_table_set_column_separator(table.get(), "  "));
  if (width > indent) {
    Require(scols_table_set_termforce(table.get(), SCOLS_TERMFORCE_ALWAYS));
    Require(scols_table_set_termwidth(table.get(), width - indent));
  } else {
    Require(scols_table_set_termforce(table.get(), SCOLS_TERMFORCE_NEVER));
  }
  AddColumns(table.get(), columns_);
  for (const std::vector<Cell>& row : rows_) {
    libscols_line* line = scols_table_new_line(table.get(), nullptr);
    CHECK(line != nullptr && row.size() <= columns_.size());
    for (size_t i = 0; i < row.size(); ++i) {
      libscols_cell* cell = scols_line_get_cell(line, i);
      Require(scols_cell_set_data(cell, VisibleText(row[i].text).c_str()));
      if (ColorOf(row[i].tone) != nullptr) {
        Require(scols_cell_set_color(cell, ColorOf(row[i].tone)));
      }
    }
  }
  char* text = nullptr;
  Require(scols_print_table_to_string(table.get(), &text));
  const TextPtr owned(text);
  return Indented(owned.get(), indent);
}

}  // namespace chipline::cli
