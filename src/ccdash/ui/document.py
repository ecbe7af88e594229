"""What the page around the app needs and Streamlit cannot say: `<html lang>`, and links that
stay in the session (a plain link would start a new one)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

import streamlit as st

JS = """
// Streamlit goes to another page in two steps: the new parameters on the old path, then the new
// path. The first would be a place that Back leads to, so the second takes its place.
const oneStep = () => {
  if (window.ccdashOneStep) return;
  window.ccdashOneStep = true;
  const push = history.pushState.bind(history);
  let last = null;
  history.pushState = (state, title, url) => {
    const to = new URL(url, location.href);
    const isSecond = last && last.path !== to.pathname && last.search === to.search
      && last.path === location.pathname && performance.now() - last.at < 3000;
    const isFirst = to.pathname === location.pathname && to.search;
    last = isFirst ? { path: to.pathname, search: to.search, at: performance.now() } : null;
    return isSecond ? history.replaceState(state, title, url) : push(state, title, url);
  };
};
export default function ({ data, setTriggerValue }) {
  oneStep();
  const root = document.documentElement;
  root.lang = data.lang;
  const here = new URL(location.href);
  if (data.chosen && here.searchParams.get('lang') !== data.lang) {
    here.searchParams.set('lang', data.lang);
    history.replaceState(history.state, '', here);
  }
  const app = document.querySelector('.stApp');
  if (app) root.style.colorScheme = getComputedStyle(app).colorScheme;
  const makeRoom = (event) => {  // on a telephone the navigation covers the page
    if (innerWidth >= 768 || !event.target.closest?.('[data-testid="stSidebar"] a')) return;
    const close = '[data-testid="stSidebarCollapseButton"] button';
    setTimeout(() => document.querySelector(close)?.click(), 50);
  };
  const follow = (event) => {
    const link = event.target.closest && event.target.closest('.stHtml a[href]');
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const url = new URL(link.href, location.href);
    if (url.origin !== location.origin) return;
    event.preventDefault();
    setTriggerValue('href', url.pathname + url.search);
  };
  document.addEventListener('click', makeRoom);
  document.addEventListener('click', follow);
  return () => {
    document.removeEventListener('click', makeRoom);
    document.removeEventListener('click', follow);
  };
}
"""
_DOCUMENT = st.components.v2.component("ccdash_document", js=JS)


@dataclass(frozen=True, slots=True)
class Link:
    """A link that was clicked: the screen's name in the URL and the parameters."""

    screen: str
    parameters: Mapping[str, str]


def document(language: str, page: str, *, chosen: bool) -> Link | None:
    """Mount once, in the shell. A clicked link comes back once.

    A chosen language is written into the address in place: `st.query_params` would make a new
    entry of the history on each page, and Back would lead to where it starts. (`page` makes the
    browser look again when the page changes.)
    """
    data = {"lang": language, "page": page, "chosen": chosen}
    result = _DOCUMENT(key="ccdash_document", data=data, on_href_change=lambda: None, height=0)
    href = result.get("href")
    if not href:
        return None
    parts = urlsplit(str(href))
    return Link(parts.path.rstrip("/").rsplit("/", 1)[-1], dict(parse_qsl(parts.query)))
