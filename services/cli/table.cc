#include "services/cli/table.h"

#include <libsmartcols/libsmartcols.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <utility>

#include "services/cli/block.h"
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

// Where a table is printed.
struct Page {
  bool colored = false;
  // In columns; 0: as wide as needed.
  size_t width = 0;
};

TablePtr TableOf(const std::vector<Column>& columns, const Rows& rows, const Page& page) {
  TablePtr table(scols_new_table());
  CHECK(table != nullptr);
  // Names in other scripts as they are, whatever the locale says can be printed.
  Require(scols_table_enable_noencoding(table.get(), 1));
  Require(scols_table_enable_colors(table.get(), page.colored ? 1 : 0));
  Require(scols_table_set_column_separator(table.get(), "  "));
  if (page.width > 0) {
    Require(scols_table_set_termforce(table.get(), SCOLS_TERMFORCE_ALWAYS));
    Require(scols_table_set_termwidth(table.get(), page.width));
  } else {
    Require(scols_table_set_termforce(table.get(), SCOLS_TERMFORCE_NEVER));
  }
  for (const Column& column : columns) {
    int flags = 0;
    if (column.align == Align::kRight) flags |= SCOLS_FL_RIGHT;
    if (column.wrap) flags |= SCOLS_FL_WRAP;
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

// As many bytes of a word as fit into so many columns, and one character at the least.
size_t Fitting(std::string_view word, size_t width) {
  size_t kept = 0;
  for (size_t at = 1; at <= word.size(); ++at) {
    // Within a character.
    if (at < word.size() && (static_cast<unsigned char>(word[at]) & 0xC0U) == 0x80U) continue;
    if (kept > 0 && DisplayWidth(word.substr(0, at)) > width) break;
    kept = at;
  }
  return kept;
}

// Lines of at most so many columns, broken at spaces, and within a word only where it is too long
// for a line. They begin with the spaces that the text begins with.
std::vector<std::string> LinesOf(std::string_view text, size_t width) {
  const size_t margin = std::min(text.find_first_not_of(' '), text.size());
  const std::string spaces(margin + 4 < width ? margin : 0, ' ');
  text.remove_prefix(margin);
  const size_t room = std::max<size_t>(width - spaces.size(), 1);
  std::vector<std::string> lines;
  std::string line;
  while (!text.empty()) {
    std::string_view word = text.substr(0, text.find(' '));
    const bool joins = !line.empty() && DisplayWidth(line) + 1 + DisplayWidth(word) <= room;
    if (!line.empty() && !joins) lines.push_back(spaces + std::exchange(line, ""));
    if (!joins) word = word.substr(0, Fitting(word, room));
    if (joins) line += ' ';
    line += word;
    text.remove_prefix(word.size());
    // A word that was cut goes on in the next line.
    if (!text.empty() && text.front() != ' ') {
      lines.push_back(spaces + std::exchange(line, ""));
    } else {
      text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    }
  }
  if (!line.empty() || lines.empty()) lines.push_back(spaces + line);
  return lines;
}

// Rows whose cells fit into the columns: what does not goes on in rows below.
Rows Broken(const Rows& rows, const std::vector<Column>& columns, libscols_table* laid_out) {
  Rows broken;
  for (const std::vector<Cell>& row : rows) {
    std::vector<std::vector<std::string>> cells;
    size_t height = 1;
    for (size_t i = 0; i < row.size(); ++i) {
      const size_t width = scols_column_get_width(scols_table_get_column(laid_out, i));
      cells.push_back(columns[i].wrap ? LinesOf(row[i].text, width)
                                      : std::vector<std::string>{row[i].text});
      height = std::max(height, cells.back().size());
    }
    for (size_t line = 0; line < height; ++line) {
      std::vector<Cell>& part = broken.emplace_back();
      for (size_t i = 0; i < row.size(); ++i) {
        part.emplace_back(line < cells[i].size() ? cells[i][line] : "", row[i].tone);
      }
    }
  }
  return broken;
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
  Rows rows = rows_;
  for (std::vector<Cell>& row : rows) {
    for (Cell& cell : row) cell.text = VisibleText(cell.text);
  }
  const Page page = {palette.colored(), width > indent ? width - indent : 0};
  TablePtr table = TableOf(columns_, rows, page);
  std::string text = Printed(table.get());
  if (page.width > 0) {
    // libsmartcols breaks lines anywhere in a word, so it lays out the columns only.
    table = TableOf(columns_, Broken(rows, columns_, table.get()), page);
    text = Printed(table.get());
  }
  return Indented(text, indent);
}

}  // namespace chipline::cli
