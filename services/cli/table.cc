#include "services/cli/table.h"

#include <libsmartcols/libsmartcols.h>

#include <clocale>
#include <cstdlib>
#include <memory>
#include <utility>

#include "services/cli/table_layout.h"
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

using Rows = std::vector<std::vector<Cell>>;

TablePtr TableOf(const std::vector<Column>& columns, const Rows& rows, bool colored) {
  TablePtr table(scols_new_table());
  CHECK(table != nullptr);
  // Names in other scripts as they are, whatever the locale says can be printed.
  Require(scols_table_enable_noencoding(table.get(), 1));
  Require(scols_table_enable_colors(table.get(), colored ? 1 : 0));
  Require(scols_table_set_column_separator(table.get(), "  "));
  // It would break lines anywhere in a word, so it gets rows that fit (table_layout.h).
  Require(scols_table_set_termforce(table.get(), SCOLS_TERMFORCE_NEVER));
  for (const Column& column : columns) {
    int flags = 0;
    if (column.align == Align::kRight) flags |= SCOLS_FL_RIGHT;
    CHECK(scols_table_new_column(table.get(), column.heading.c_str(), 0, flags) != nullptr);
  }
  for (const std::vector<Cell>& row : rows) {
    libscols_line* line = scols_table_new_line(table.get(), nullptr);
    CHECK(line != nullptr && row.size() <= columns.size());
    for (size_t i = 0; i < row.size(); ++i) {
      libscols_cell* cell = scols_line_get_cell(line, i);
      Require(scols_cell_set_data(cell, row[i].text.c_str()));
      if (ColorOf(row[i].tone) != nullptr) {
        Require(scols_cell_set_color(cell, ColorOf(row[i].tone)));
      }
    }
  }
  return table;
}

std::string Printed(libscols_table* table) {
  char* text = nullptr;
  Require(scols_print_table_to_string(table, &text));
  const TextPtr owned(text);
  return owned.get();
}

// The lines of the text, without the padding of the last column, which is of no use to anyone.
std::vector<std::string> LinesOf(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    lines.emplace_back(line.substr(0, line.find_last_not_of(' ') + 1));
  }
  return lines;
}

}  // namespace

void UseUtf8() {
  std::setlocale(LC_CTYPE, "");
  if (MB_CUR_MAX == 1) std::setlocale(LC_CTYPE, "C.UTF-8");
}

std::string Table::Render(const Palette& palette, size_t width, size_t indent) const {
  // libsmartcols prints nothing at all for a table without rows.
  if (rows_.empty()) return "";
  Rows rows = rows_;
  for (std::vector<Cell>& row : rows) {
    row.resize(columns_.size());
    for (Cell& cell : row) cell.text = VisibleText(cell.text);
  }
  const TableLayout layout = LayOut(columns_, std::move(rows), width > indent ? width - indent : 0);
  const std::string margin(indent, ' ');
  std::string result;
  const auto add = [&](std::string_view line) {
    result += line.empty() ? "" : margin;
    result += line;
    result += '\n';
  };
  const std::vector<std::string> lines =
      LinesOf(Printed(TableOf(layout.columns, layout.rows, palette.colored()).get()));
  for (size_t i = 0; i < lines.size(); ++i) {
    // A row of which everything stands below it.
    if (!lines[i].empty() || !layout.stacked) add(lines[i]);
    // The first line has the headings.
    if (i == 0 || i > layout.below.size()) continue;
    for (const Cell& line : layout.below[i - 1]) add(palette.Paint(line.tone, line.text));
  }
  return result;
}

}  // namespace chipline::cli
