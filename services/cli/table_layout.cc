#include "services/cli/table_layout.h"

#include <unicode/brkiter.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "services/cli/block.h"

namespace chipline::cli {
namespace {

using Rows = std::vector<std::vector<Cell>>;

constexpr size_t kGap = 2;
// What a column that wraps should have at least, if it has text for that.
constexpr size_t kComfortable = 20;
// The same below a row, however narrow the page is.
constexpr size_t kLeast = 10;
// Where what stands below a row begins, and where its lines go on.
constexpr size_t kBelow = 4;
constexpr size_t kHanging = 6;

bool IsIdeographic(UChar32 character) {
  return u_getIntPropertyValue(character, UCHAR_LINE_BREAK) == U_LB_IDEOGRAPHIC;
}

// Whether a line may end before this place, where Unicode allows it: Unicode also allows it after
// hyphens and slashes, which ids have.
bool MayBreak(const icu::UnicodeString& text, int32_t at) {
  return IsIdeographic(text.char32At(at)) || IsIdeographic(text.char32At(text.moveIndex32(at, -1)));
}

bool HasIdeographs(const icu::UnicodeString& text) {
  for (int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1)) {
    if (IsIdeographic(text.char32At(i))) return true;
  }
  return false;
}

// Where Unicode allows a line to end. Costly to make, so there is one; null if ICU has no rules.
icu::BreakIterator* LineBreaks() {
  thread_local const std::unique_ptr<icu::BreakIterator> kBreaks = [] {
    UErrorCode error = U_ZERO_ERROR;
    std::unique_ptr<icu::BreakIterator> made(
        icu::BreakIterator::createLineInstance(icu::Locale::getRoot(), error));
    if (U_FAILURE(error) != 0) made.reset();
    return made;
  }();
  return kBreaks.get();
}

// A word without spaces, in the pieces that are not broken.
std::vector<std::string> PiecesOf(std::string_view word) {
  const auto ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
  if (std::all_of(word.begin(), word.end(), ascii)) return {std::string(word)};
  const icu::UnicodeString text = icu::UnicodeString::fromUTF8(
      icu::StringPiece(word.data(), static_cast<int32_t>(word.size())));
  icu::BreakIterator* const places = HasIdeographs(text) ? LineBreaks() : nullptr;
  if (places == nullptr) return {std::string(word)};
  places->setText(text);
  std::vector<std::string> pieces;
  int32_t begin = 0;
  for (int32_t at = places->next(); at != icu::BreakIterator::DONE; at = places->next()) {
    if (at < text.length() && !MayBreak(text, at)) continue;
    text.tempSubStringBetween(begin, at).toUTF8String(pieces.emplace_back());
    begin = at;
  }
  return pieces;
}

// A piece, and whether a space stands before it.
struct Piece {
  std::string text;
  bool spaced = false;
};

std::vector<Piece> SplitPieces(std::string_view text) {
  std::vector<Piece> result;
  while (!text.empty()) {
    bool first = true;
    const std::string_view word = text.substr(0, text.find(' '));
    for (std::string& piece : PiecesOf(word)) {
      result.push_back({std::move(piece), std::exchange(first, false)});
    }
    text.remove_prefix(word.size());
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  }
  return result;
}

size_t MarginOf(std::string_view text) {
  return std::min(text.find_first_not_of(' '), text.size());
}

// What a column of cells wants.
struct Wish {
  // As it is.
  size_t whole = 0;
  // The longest piece, with the margin before it.
  size_t least = 0;
};

std::vector<Wish> WishesOf(const std::vector<Column>& columns, const Rows& rows) {
  std::vector<Wish> wishes;
  for (size_t i = 0; i < columns.size(); ++i) {
    Wish wish = {DisplayWidth(columns[i].heading), DisplayWidth(columns[i].heading)};
    for (const std::vector<Cell>& row : rows) {
      const std::string& text = row[i].text;
      wish.whole = std::max(wish.whole, DisplayWidth(text));
      if (!columns[i].wrap) continue;
      const size_t margin = MarginOf(text);
      for (const Piece& piece : SplitPieces(std::string_view(text).substr(margin))) {
        wish.least = std::max(wish.least, margin + DisplayWidth(piece.text));
      }
    }
    if (!columns[i].wrap) wish.least = wish.whole;
    wishes.push_back(wish);
  }
  return wishes;
}

// The width of each column, the ones that wrap sharing what the others leave; empty if that is too
// little for them.
std::vector<size_t> SharedWidths(const std::vector<Column>& columns,
                                 const std::vector<Wish>& wishes, size_t width) {
  std::vector<size_t> widths;
  size_t used = kGap * (columns.size() - 1);
  for (size_t i = 0; i < columns.size(); ++i) {
    widths.push_back(columns[i].wrap
                         ? std::max(wishes[i].least, std::min(wishes[i].whole, kComfortable))
                         : wishes[i].whole);
    used += widths.back();
  }
  if (used > width) return {};
  // A column at a time, to the narrowest that still wants more.
  for (size_t left = width - used; left > 0; --left) {
    size_t* narrowest = nullptr;
    for (size_t i = 0; i < columns.size(); ++i) {
      if (widths[i] < wishes[i].whole && (narrowest == nullptr || widths[i] < *narrowest)) {
        narrowest = &widths[i];
      }
    }
    if (narrowest == nullptr) break;
    ++*narrowest;
  }
  return widths;
}

// Rows whose cells fit into the columns: what does not goes on in rows below.
Rows Broken(const Rows& rows, const std::vector<Column>& columns,
            const std::vector<size_t>& widths) {
  Rows broken;
  for (const std::vector<Cell>& row : rows) {
    std::vector<std::vector<std::string>> cells;
    size_t height = 1;
    for (size_t i = 0; i < row.size(); ++i) {
      cells.push_back(columns[i].wrap ? BreakLines(row[i].text, widths[i])
                                      : std::vector<std::string>{row[i].text});
      height = std::max(height, cells.back().size());
    }
    for (size_t line = 0; line < height; ++line) {
      std::vector<Cell>& part = broken.emplace_back();
      for (size_t i = 0; i < row.size(); ++i) {
        part.push_back(line < cells[i].size() ? Cell(cells[i][line], row[i].tone) : Cell());
      }
    }
  }
  return broken;
}

std::string LowerCase(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

// How wide the columns are that stay in the row, those that do not wrap; 0 for the others. If they
// do not all fit, the widest gets what the others leave, and what is longer stands below. If that
// is too little, it and those after it stand below.
std::vector<size_t> StayingWidths(const std::vector<Column>& columns,
                                  const std::vector<Wish>& wishes, size_t width) {
  std::vector<size_t> widths(columns.size(), 0);
  size_t used = 0;
  size_t widest = 0;
  for (size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].wrap) continue;
    widths[i] = wishes[i].whole;
    used += wishes[i].whole + (used > 0 ? kGap : 0);
    if (widths[i] > widths[widest]) widest = i;
  }
  if (used <= width) return widths;
  if (const size_t others = used - widths[widest]; others + kComfortable <= width) {
    widths[widest] = width - others;
    return widths;
  }
  used = 0;
  bool room = true;
  for (size_t i = 0; i < columns.size(); ++i) {
    if (widths[i] == 0) continue;
    const size_t needed = widths[i] + (used > 0 ? kGap : 0);
    // What comes after a column that has no room would stand before it.
    room = room && used + needed <= width;
    if (room) used += needed;
    if (!room) widths[i] = 0;
  }
  // Something has to hold the rows together.
  if (used == 0) widths[0] = wishes[0].whole;
  return widths;
}

// Whether the cell stands below its row.
bool IsBelow(const Cell& cell, size_t width) { return DisplayWidth(cell.text) > width; }

// The cell in lines of the page, after the heading of its column if there is one.
void AddBelow(const Cell& cell, std::string_view heading, size_t width, std::vector<Cell>& below) {
  const size_t room = std::max(width, kHanging + kLeast) - kHanging;
  const std::string label = heading.empty() ? "" : LowerCase(std::string(heading)) + ": ";
  const std::string text = label + cell.text.substr(label.empty() ? 0 : MarginOf(cell.text));
  // The first line begins further left than those that go on.
  std::vector<std::string> lines = BreakLines(text, room + kHanging - kBelow);
  if (lines.size() > 1) lines = BreakLines(text, room);
  size_t margin = kBelow;
  for (const std::string& line : lines) {
    below.emplace_back(std::string(std::exchange(margin, kHanging), ' ') + line, cell.tone);
  }
}

TableLayout Stacked(const std::vector<Column>& columns, const Rows& rows,
                    const std::vector<size_t>& widths, size_t width) {
  TableLayout layout;
  layout.stacked = true;
  for (size_t i = 0; i < columns.size(); ++i) {
    if (widths[i] > 0) layout.columns.push_back(columns[i]);
  }
  for (const std::vector<Cell>& row : rows) {
    std::vector<Cell>& head = layout.rows.emplace_back();
    std::vector<Cell>& below = layout.below.emplace_back();
    bool goes_on = true;
    for (size_t i = 0; i < row.size(); ++i) {
      if (widths[i] == 0) continue;
      head.push_back(IsBelow(row[i], widths[i]) ? Cell() : row[i]);
      if (!row[i].text.empty()) goes_on = false;
    }
    for (size_t i = 0; i < row.size(); ++i) {
      if (MarginOf(row[i].text) == row[i].text.size() || !IsBelow(row[i], widths[i])) continue;
      AddBelow(row[i], goes_on ? "" : columns[i].heading, width, below);
    }
  }
  return layout;
}

}  // namespace

std::vector<std::string> BreakLines(std::string_view text, size_t width) {
  if (DisplayWidth(text) <= width) return {std::string(text)};
  const size_t margin = MarginOf(text);
  const std::string spaces(margin + 4 < width ? margin : 0, ' ');
  const size_t room = width - spaces.size();
  std::vector<std::string> lines;
  std::string line;
  size_t used = 0;
  for (const Piece& piece : SplitPieces(text.substr(margin))) {
    const size_t columns = DisplayWidth(piece.text);
    const size_t before = piece.spaced && !line.empty() ? 1 : 0;
    if (!line.empty() && used + before + columns > room) {
      lines.push_back(spaces + std::exchange(line, ""));
      used = 0;
    } else if (before > 0) {
      line += ' ';
      ++used;
    }
    line += piece.text;
    used += columns;
  }
  if (!line.empty() || lines.empty()) lines.push_back(spaces + line);
  return lines;
}

TableLayout LayOut(std::vector<Column> columns, std::vector<std::vector<Cell>> rows, size_t width) {
  const std::vector<Wish> wishes = WishesOf(columns, rows);
  size_t whole = kGap * (columns.size() - 1);
  for (const Wish& wish : wishes) whole += wish.whole;
  if (width == 0 || whole <= width) return {std::move(columns), std::move(rows), false, {}};
  const std::vector<size_t> widths = SharedWidths(columns, wishes, width);
  if (widths.empty()) {
    return Stacked(columns, rows, StayingWidths(columns, wishes, width), width);
  }
  Rows broken = Broken(rows, columns, widths);
  return {std::move(columns), std::move(broken), false, {}};
}

}  // namespace chipline::cli
