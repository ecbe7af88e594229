from __future__ import annotations

from ccdash.i18n import translator
from ccdash.query import Dimension
from ccdash.ui.trends_controls import words_of
from ccdash.ui.words import oddities


def test_what_was_odd_about_a_contact_is_told_in_the_language_of_the_viewer():
    told = "its arrival is not in the log; ended twice"
    assert oddities(told, "en") == told
    assert oddities(told, "fi") == "saapumista ei ole lokissa; päättyi kahdesti"


def test_a_way_between_channels_is_in_the_words_of_the_language():
    fi = translator("fi")

    assert words_of(Dimension.JOURNEY, "chat → email → chat", fi) == "Chat → Sähköposti → Chat"
    assert words_of(Dimension.JOURNEY, "form → … → phone", fi) == "Verkkolomake → … → Puhelin"
    assert words_of(Dimension.HANDOVER, "Sales → Bills", fi) == "Sales → Bills"
    assert "→" not in words_of(Dimension.HANDOVER, "→", fi)
