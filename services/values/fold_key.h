#ifndef CHIPLINE_SERVICES_VALUES_FOLD_KEY_H_
#define CHIPLINE_SERVICES_VALUES_FOLD_KEY_H_

#include <string>
#include <string_view>

namespace chipline {

// Two names with the same fold key are the same name written differently. The key is made by
// NFKC_Casefold (Unicode Standard, section 3.13; it lowers case, takes presentation forms,
// ligatures and full width back to ordinary letters, and removes what cannot be seen: zero-width
// and bidirectional controls, soft hyphens, variation selectors), and then by this table, version
// 1, both over again until nothing changes:
//
//   removed    white space (White_Space=Yes)
//   removed    dashes and hyphens (General_Category=Pd) and U+2212 minus
//   removed    the middle dots of transcribed names: U+00B7, U+2027, U+30FB
//   removed    tatweel U+0640
//   removed    Arabic marks: U+0610–061A, U+064B–065F, U+0670, U+06D6–06DC, U+06DF–06E4,
//              U+06E7–06E8, U+06EA–06ED, U+0898–089F, U+08CA–08E1, U+08E3–08FF
//   removed    a hamza of its own: U+0621, U+0674. A hamza never counts, its seat does:
//   ا          alef with hamza, madda or wasla: U+0622, U+0623, U+0625, U+0671–0673, U+0675
//   و          waw with hamza: U+0624, U+0676
//   ي          yeh with hamza U+0626, U+0678; alef maqsura U+0649; Farsi yeh U+06CC;
//              yeh barree U+06D2, U+06D3
//   ه          teh marbuta U+0629, U+06C3; the other hehs U+06BE, U+06C0–06C2, U+06D5
//   ك          keheh U+06A9
//   '          U+2018, U+2019, U+02BC
//   0 … 9      every decimal digit of every script (General_Category=Nd)
//
// So a space, a hyphen or nothing between two parts of a name is the same. Not folded, since they
// are other letters, and so left to aliases: traditional and simplified characters, ڤ and ف, é and
// e.
//
// A name of nothing but what is removed has the empty key; whoever takes names in must refuse it.
// A key is valid UTF-8 and its own key. It is at most 11 times as long as the name. The name must
// be valid UTF-8; bytes that are not count as U+FFFD. Thread-safe.
std::string FoldKey(std::string_view mention);

// The version of the table and the release of ICU that is in use, since releases know more
// characters than their predecessors: "1 (ICU 72.1)".
std::string FoldKeyVersion();

bool IsValidUtf8(std::string_view text);

}  // namespace chipline

#endif  // CHIPLINE_SERVICES_VALUES_FOLD_KEY_H_
