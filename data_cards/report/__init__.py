"""The page report.html: what a run did with each document, as tables, charts and texts, in one file.

It needs no network. Everything that can be read without a script is in the HTML; scripts draw charts and choose
languages. What comes from documents is escaped, and what a reader could not see in it is written out.
"""

from data_cards.report.page import TABLES, render

__all__ = ["TABLES", "render"]
