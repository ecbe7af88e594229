"""Metrics: what every figure means, who answers for it and what it decides."""

from __future__ import annotations

import streamlit as st

from ccdash.metrics import metric
from ccdash.ui import metrics_screen as screen
from ccdash.ui.page import header
from ccdash.ui.viewer import viewer

say = viewer().translator.text
header(say("Metrics"), say("What each figure means, who answers for it and what it decides"))
asked = st.query_params.get(screen.PARAMETER)
screen.draw_register(metric(asked).name if asked else None, viewer().translator)
