#ifndef CHIPLINE_SERVICES_WORDS_SENTENCE_WORDS_H_
#define CHIPLINE_SERVICES_WORDS_SENTENCE_WORDS_H_

#include <string>
#include <string_view>

namespace chipline {

// A sentence of the server's with its figures as people read them: "about 85000000000 CNY" as
// "about 85bn CNY", "20000 CHIP" as "20,000 chips". A number is a figure only before a currency or
// a unit in capitals, or before "to" and such a figure, so that ids and days stay as they are.
std::string WithFiguresInWords(std::string_view sentence);

}  // namespace chipline

#endif  // CHIPLINE_SERVICES_WORDS_SENTENCE_WORDS_H_
