"""The screen "Contacts"; its figures are not wired yet."""

from __future__ import annotations

from ccdash.ui.placeholder import placeholder

placeholder("contacts")
