from __future__ import annotations

from ccdash.ui.words import oddities


def test_what_was_odd_about_a_contact_is_told_in_the_language_of_the_viewer():
    told = "its arrival is not in the log; ended twice"
    assert oddities(told, "en") == told
    assert oddities(told, "fi") == "saapumista ei ole lokissa; päättyi kahdesti"
