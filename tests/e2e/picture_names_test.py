"""Pictures call an entity as the tables do: by a name that somebody has written, never by its bare id."""

import re
import unittest
import xml.etree.ElementTree

import claims
from command_test import CommandCase, DemoCase
from contract import pb

SVG = "{http://www.w3.org/2000/svg}"
ARABIC = re.compile("[\u0600-\u06ff]")
QUERIES = [("capex", "bytedance"), ("capex", "alibaba"), ("usage", "bytedance"), ("supply", "h200"),
           ("order", "--chip", "h200"), ("order", "bytedance"), ("rule", "--jurisdiction", "us"),
           ("rule", "h200", "--destination", "cn", "--buyer", "bytedance", "--seat", "cn"),
           ("company", "nvidia"), ("company", "بايت دانس")]


def without_what_is_quoted_or_an_id(text):
    """Reports' own words, and what stands there to be typed."""
    text = re.sub("“[^”]*”|\"[^\"]*\"", "", text)
    text = re.sub(r"\b(ids?|Order):? .*|\bevents?\s[\w. ,-]+|order\.\S+", "", text)
    return re.sub(r"\([\d.\w, -]*\d\d-\d\d[^)]*\)", "", text)


class PictureNamesTest(DemoCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        listed = cls.log_entities()
        # These are written as their ids are.
        cls.ids = {entity for entity in listed if entity not in {"semianalysis"}}

    @classmethod
    def log_entities(cls):
        events = cls.server.client.log.ReadEvents(pb.ReadEventsRequest())
        return {entity.partition("/")[2] for batch in events for event in batch.events for entity in event.entities}

    def texts(self, *query):
        drawn = self.assert_done(self.chipline("timeline", *query, "--today", "2026-11-30", "--svg", "-"))
        root = xml.etree.ElementTree.fromstring(drawn.stdout)
        return [element.text for kind in ("text", "title", "desc") for element in root.iter(SVG + kind)]

    def test_no_id_is_drawn_where_a_name_is_known(self):
        self.assertIn("otherchinesemakers", self.ids)
        for query in QUERIES:
            for language in ((), ("--language", "ar")):
                for text in self.texts(*query, *language):
                    words = set(re.findall(r"[\w-]+", without_what_is_quoted_or_an_id(text)))
                    with self.subTest(query, language=language, text=text):
                        self.assertFalse(words & self.ids)

    def test_what_no_alias_names_is_called_as_reports_call_it(self):
        texts = self.texts("capex", "bytedance")
        self.assertIn("2025 · ByteDance · AI chips from Huawei, other Chinese makers · forward", texts)
        self.assertTrue(any("leases in outside China" in text for text in texts))

    def test_names_are_in_the_language_asked_for_and_in_no_other(self):
        for query in QUERIES:
            for text in self.texts(*query):
                with self.subTest(query, text=text):
                    self.assertNotRegex(without_what_is_quoted_or_an_id(text), ARABIC)
            for text in self.texts(*query, "--language", "ar"):
                with self.subTest(query, text=text):
                    self.assertNotRegex(without_what_is_quoted_or_an_id(text), r"ByteDance|Bytedance|United States")

    def test_a_name_in_a_sentence_is_isolated_and_not_escaped(self):
        texts = self.texts("order", "bytedance", "--language", "ar")
        self.assertFalse([text for text in texts if "\\u20" in text])
        self.assertTrue(any("go to \u2068ماليزيا\u2069 and \u2068بايت دانس\u2069 has its seat in \u2068الصين\u2069"
                            in text for text in texts))


class PictureOfOneLogTest(CommandCase):
    def test_the_title_has_the_name_whichever_was_asked_for(self):
        event = claims.capex("x", companies=[pb.Ref(mention="Freedonian Cloud")])
        event.source.hops[0].publisher.CopyFrom(pb.Ref(mention="Daily Ledger"))
        self.append(event)
        for asked in ("Freedonian Cloud", "freedonian-cloud", "freedoniancloud"):
            drawn = self.assert_done(self.chipline("timeline", "capex", asked, "--svg", "-")).stdout
            self.assertIn("Freedonian Cloud", drawn, asked)
            self.assertIn("· Daily Ledger (press) · event", drawn)
            self.assertNotIn("dailyledger", drawn)
        self.assertIn(">Spending of Freedonian Cloud</text>",
                      self.chipline("timeline", "capex", "freedoniancloud", "--svg", "-").stdout)

    def test_every_outlet_that_is_drawn_has_its_name(self):
        company = claims.fresh("Many Outlets")
        for number in range(17):
            event = claims.capex("x", value=1000 + number, companies=[pb.Ref(mention=company)])
            event.source.hops[0].publisher.CopyFrom(pb.Ref(mention=f"Outlet {number}"))
            self.append(event)
        drawn = self.assert_done(self.chipline("timeline", "capex", company, "--svg", "-")).stdout
        self.assertEqual(len(set(re.findall(r"Outlet \d+", drawn))), 17)
        self.assertNotRegex(drawn, r"outlet\d")


if __name__ == "__main__":
    unittest.main()
