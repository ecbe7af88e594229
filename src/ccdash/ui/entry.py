"""The Streamlit script. app.py starts it; static/ beside it is served at app/static/."""

from __future__ import annotations

from ccdash.ui import shell

shell.run()
