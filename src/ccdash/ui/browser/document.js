// What the page around the app needs and Streamlit cannot say: the language of the document, links
// that stay in the session, one step of history for one step of a person, a way past the navigation,
// and Streamlit's own few sentences in the viewer's language.

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
    const isFirst = to.pathname === location.pathname && to.search !== location.search;
    last = isFirst ? { path: to.pathname, search: to.search, at: performance.now() } : null;
    return isSecond ? history.replaceState(state, title, url) : push(state, title, url);
  };
};

const speak = (data) => {
  const root = document.documentElement;
  root.lang = data.lang;
  const app = document.querySelector('.stApp');
  if (app) root.style.colorScheme = root.dataset.look = getComputedStyle(app).colorScheme;
  const here = new URL(location.href);
  if (data.chosen && here.searchParams.get('lang') !== data.lang) {
    here.searchParams.set('lang', data.lang);
    history.replaceState(history.state, '', here);
  }
  if (data.kept) {  // the person's own choice; the next visit's first request tells it
    document.cookie = `ccdash_language=${data.kept}; path=/; max-age=31536000; SameSite=Lax`;
  }
};

// What a printed sheet says at its foot: when it was made, and the address that shows the same.
const dated = (data) => {
  window.ccdashSheet = data.sheet;
  window.onbeforeprint = () => {
    const foot = `${window.ccdashSheet} · ${location.href}`;
    document.documentElement.style.setProperty('--sheet', JSON.stringify(foot));
  };
};

const wayPast = (data) => {
  let skip = document.querySelector('.cc-skip');
  if (!skip) {
    skip = document.createElement('a');
    skip.className = 'cc-skip';
    skip.href = '#main';
    skip.addEventListener('click', (event) => {
      event.preventDefault();
      const main = document.querySelector('.stMain');
      main.tabIndex = -1;
      main.focus();
    });
    document.body.prepend(skip);
  }
  skip.textContent = data.words.skip;
};

// A lost connection is one line of ours; Streamlit's own window about it is for developers.
const connection = (data) => {
  let line = document.querySelector('.cc-connection');
  if (!line) {
    line = document.createElement('div');
    line.className = 'cc-connection';
    line.setAttribute('role', 'status');
    document.body.append(line);
  }
  line.dataset.words = data.words.lost;
  const app = document.querySelector('.stApp');
  const look = () => {
    const isLost = app.dataset.testConnectionState !== 'CONNECTED';
    if (isLost !== line.classList.contains('is-lost')) {
      line.classList.toggle('is-lost', isLost);
      line.textContent = isLost ? line.dataset.words : '';
    }
  };
  if (!app || app.ccdashWatched) return;
  app.ccdashWatched = true;
  new MutationObserver(look).observe(app, { attributeFilter: ['data-test-connection-state'] });
};

// Exact sentences of Streamlit only: where it has others, they stay as they are. Its window about a
// lost connection is put away: the line above says it, and the figures stay to be read.
const translate = (data) => {
  window.ccdashSentences = data.sentences;
  if (window.ccdashTranslates) return;
  window.ccdashTranslates = true;
  const turn = (dialog) => {
    if (dialog.localName === 'dialog') return;
    const walker = document.createTreeWalker(dialog, NodeFilter.SHOW_TEXT);
    for (let text = walker.nextNode(); text; text = walker.nextNode()) {
      const said = text.nodeValue.trim();
      if (said === 'Connection error') [...document.body.children].find((one) => one.contains(dialog))?.classList.add('cc-away');
      else if (window.ccdashSentences[said]) text.nodeValue = window.ccdashSentences[said];
    }
  };
  const look = (node) => node.querySelectorAll?.('[role="dialog"]').forEach(turn);
  look(document);
  new MutationObserver((changes) => changes.forEach((change) => change.addedNodes.forEach((node) => {
    if (node.matches?.('[role="dialog"]')) turn(node);
    else look(node);
  }))).observe(document.body, { childList: true, subtree: true });
};

// Plotly is large: it is fetched while nobody waits for it, so that Trends opens at once.
const fetchLater = ({ later }) => {
  if (window.ccdashFetched) return;
  window.ccdashFetched = true;
  setTimeout(() => {
    const link = document.createElement('link');
    Object.assign(link, { rel: 'prefetch', as: 'script', href: later });
    document.head.append(link);
  }, 2000);
};

// Another page of a list is read from its beginning, by eye and by ear.
const toTheTop = (link) => {
  const list = link.closest('.cc-pages') && document.querySelector('.st-key-card-contacts');
  if (!list || new URL(link.href, location.href).pathname !== location.pathname) return;
  list.tabIndex = -1;
  list.focus({ preventScroll: true });
  list.scrollIntoView({ block: 'start' });
};

// A finger cannot hover: its first tap on a mark of help tells, the next one leads to more of it.
let told = null;
const onlyTells = (link, event) => {
  const isMark = link?.matches('.cc-help') && event.detail > 0;  // 0: by a key
  const isFirst = isMark && link !== told && matchMedia('(hover: none)').matches;
  told = isFirst ? link : null;
  return isFirst;
};

const go = (address, setTriggerValue) => {
  const url = new URL(address, location.href);
  if (url.origin !== location.origin) return;
  setTriggerValue('href', url.pathname + url.search);
};

// Streamlit takes the page away when something of the page before (a timer, a search) asks to be
// drawn while another page is opened: its answer still names the old page. Then nothing is running
// and nothing is there, and the page is asked for again.
const comeBack = (setTriggerValue) => {
  const running = '[data-testid="stApp"]:not([data-test-script-state="notRunning"])';
  const isGone = () => !document.querySelector(`.stMain .cc-head, .stMain .cc-notice, ${running}`);
  let times = 0;
  return setInterval(() => {
    times = isGone() ? times + 1 : 0;
    if (times % 10 === 2) go(location.href, setTriggerValue);
  }, 500);
};

export default function ({ data, setTriggerValue }) {
  oneStep();
  speak(data);
  dated(data);
  wayPast(data);
  connection(data);
  translate(data);
  fetchLater(data);
  const makeRoom = (event) => {  // on a telephone the navigation covers the page
    if (innerWidth >= 768 || !event.target.closest?.('[data-testid="stSidebar"] a')) return;
    const close = '[data-testid="stSidebarCollapseButton"] button';
    setTimeout(() => document.querySelector(close)?.click(), 50);
  };
  const follow = (event) => {
    const link = event.target.closest && event.target.closest('.stHtml a[href], .cc-tip a[href]');
    if (onlyTells(link, event)) {
      event.preventDefault();
      link.focus();
      return;
    }
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (new URL(link.href, location.href).origin !== location.origin) return;
    if (link.closest('.cc-export')) return;  // a file: the browser fetches it, the screen stays
    event.preventDefault();
    toTheTop(link);
    go(link.href, setTriggerValue);
  };
  const asked = (event) => go(event.detail, setTriggerValue);
  document.addEventListener('click', makeRoom);
  document.addEventListener('click', follow);
  document.addEventListener('ccdash:go', asked);
  const watch = comeBack(setTriggerValue);
  return () => {
    clearInterval(watch);
    document.removeEventListener('click', makeRoom);
    document.removeEventListener('click', follow);
    document.removeEventListener('ccdash:go', asked);
  };
}
