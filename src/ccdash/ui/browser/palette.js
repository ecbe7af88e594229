// The command palette: what is known here is found at once, customers are asked of the server (their
// details never all come to the browser). A <dialog> of the document itself: it is above everything,
// keeps the focus inside and gives it back, on a desk and on a telephone.
const PAUSE = 250, LEAST = 3, MOST = 6;
const make = (name, cls, text) => {
  const node = document.createElement(name);
  if (cls) node.className = cls;
  if (text) node.textContent = text;
  return node;
};
const isNumber = (text) => /\d/.test(text) && !/[@\p{L}]/u.test(text);
const folded = (text) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

// How well an item fits what was typed: lower is better, -1 is not at all.
const fit = (item, words) => {
  const label = folded(item.label), all = `${label} ${folded(item.hint ?? '')}`;
  if (!words.every((word) => all.includes(word))) return -1;
  if (label.startsWith(words[0])) return 0;
  return label.split(/[\s·()@.-]+/).some((part) => part.startsWith(words[0])) ? 1 : 2;
};

const chosen = (palette) => {
  const text = palette.input.value.trim();
  const words = folded(text).split(/\s+/).filter(Boolean);
  if (!words.length) return palette.items.filter((item) => item.kind === 'page');
  const places = new Map();
  const ranked = palette.items
    .map((item) => ({ item, rank: fit(item, words) }))
    .filter(({ rank }) => rank >= 0)
    .sort((a, b) => a.rank - b.rank)
    .filter(({ item }) => {
      places.set(item.group, (places.get(item.group) ?? 0) + 1);
      return places.get(item.group) <= MOST;
    })
    .map(({ item }) => item);
  const order = [...new Set(palette.items.map((item) => item.group))];
  ranked.sort((a, b) => order.indexOf(a.group) - order.indexOf(b.group));
  const people = palette.answer?.text === text ? palette.answer.items : [];
  return [...people, ...ranked];
};

const mark = (palette, place) => {
  const options = [...palette.list.querySelectorAll('[role="option"]')];
  if (!options.length) {
    palette.input.removeAttribute('aria-activedescendant');
    return;
  }
  palette.place = (place + options.length) % options.length;
  options.forEach((option, index) => {
    option.setAttribute('aria-selected', String(index === palette.place));
  });
  const one = options[palette.place];
  palette.input.setAttribute('aria-activedescendant', one.id);
  one.scrollIntoView({ block: 'nearest' });
};

const leave = (palette, item) => {
  clearTimeout(palette.pause);  // nobody waits for what would still be looked up
  palette.dialog.close();
  const own = [...document.querySelectorAll('[data-testid="stSidebarNavLink"]')]
    .find((link) => new URL(link.href).pathname === item.path);
  if (own && item.path !== location.pathname) own.click();  // as if the navigation was used
  else document.dispatchEvent(new CustomEvent('ccdash:go', { detail: item.path }));
};

const draw = (palette) => {
  const { words } = palette, text = palette.input.value.trim();
  palette.shown = chosen(palette);
  palette.list.replaceChildren();
  let group = null, box = null;
  palette.shown.forEach((item, index) => {
    if (item.group !== group) {
      group = item.group;
      box = make('div', 'cc-found');
      box.setAttribute('role', 'group');
      box.setAttribute('aria-label', group);
      const heading = make('p', 'cc-found-of', group);
      heading.setAttribute('aria-hidden', 'true');
      box.append(heading);
      palette.list.append(box);
    }
    const option = make('div', `cc-option ${item.kind} ${item.icon ?? ''}`);
    option.id = `cc-option-${index}`;
    option.setAttribute('role', 'option');
    option.append(make('i', 'cc-icon'), make('span', 'cc-option-name', item.label));
    if (item.hint) option.append(make('span', 'cc-option-hint', item.hint));
    option.addEventListener('mousemove', () => index !== palette.place && mark(palette, index));
    option.addEventListener('click', () => leave(palette, item));
    box.append(option);
  });
  const isAsked = text.length >= LEAST && palette.answer?.text !== text;
  const missed = isNumber(text) ? words.nobody : words.nothing;
  const nothing = palette.shown.length ? '' : missed.replace('{text}', text);
  palette.said.textContent = isAsked ? words.searching : nothing;
  palette.said.classList.toggle('is-busy', isAsked);
  mark(palette, 0);
};

const typed = (palette) => {
  draw(palette);
  clearTimeout(palette.pause);
  const text = palette.input.value.trim();
  if (text.length < LEAST || palette.answer?.text === text) return;
  palette.pause = setTimeout(() => palette.tell('find', text), PAUSE);
};

const pressed = (palette, event) => {
  const steps = { ArrowDown: 1, ArrowUp: -1 };
  if (event.key in steps) mark(palette, palette.place + steps[event.key]);
  else if (event.key === 'Home' && !palette.input.value) mark(palette, 0);
  else if (event.key === 'Enter' && palette.shown[palette.place]) {
    leave(palette, palette.shown[palette.place]);
  } else return;
  event.preventDefault();
};

const keysRow = (pairs) => {
  const row = make('div', 'cc-keys');
  pairs.forEach(([keys, meaning]) => {
    const pair = make('span');
    keys.forEach((key) => pair.append(make('kbd', '', key)));
    pair.append(make('span', '', meaning));
    row.append(pair);
  });
  return row;
};

const windowOf = (cls, label) => {
  document.querySelector(`dialog.${cls}`)?.remove();
  const dialog = make('dialog', cls);
  dialog.setAttribute('aria-label', label);
  dialog.addEventListener('click', (event) => event.target === dialog && dialog.close());
  document.body.append(dialog);
  return dialog;
};

const built = (data) => {
  const { words } = data;
  const dialog = windowOf('cc-palette', words.search);
  const field = make('div', 'cc-field');
  const input = make('input');
  Object.entries({
    type: 'text', role: 'combobox', placeholder: words.placeholder, 'aria-label': words.search,
    'aria-expanded': 'true', 'aria-controls': 'cc-options', 'aria-autocomplete': 'list',
    autocomplete: 'off', autocapitalize: 'off', spellcheck: 'false', enterkeyhint: 'go',
  }).forEach(([name, value]) => input.setAttribute(name, value));
  const close = make('button', 'cc-close', words.close);
  close.type = 'button';
  close.addEventListener('click', () => dialog.close());
  field.append(make('i', 'cc-icon'), input, close);
  const list = make('div', 'cc-options');
  list.id = 'cc-options';
  list.setAttribute('role', 'listbox');
  list.setAttribute('aria-label', words.search);
  const said = make('p', 'cc-said');
  said.setAttribute('role', 'status');
  dialog.append(field, list, said, keysRow(words.keys));
  const help = windowOf('cc-help-keys', words.shortcuts);
  const done = make('button', 'cc-close', words.close);
  done.type = 'button';
  done.addEventListener('click', () => help.close());
  help.append(make('h2', '', words.shortcuts), keysRow(words.allKeys), done);
  const palette = { words, dialog, help, input, list, said, items: data.items, place: 0, shown: [] };
  input.addEventListener('input', () => typed(palette));
  dialog.addEventListener('keydown', (event) => pressed(palette, event));
  return palette;
};

const open = (palette) => {
  if (palette.dialog.open) return;
  palette.help.close();
  palette.input.value = '';
  palette.answer = null;
  palette.dialog.showModal();
  draw(palette);
  if (!palette.isFilled) palette.tell('open', true);
};

const isTyping = (node) => Boolean(
  node?.closest?.('input, textarea, select, [contenteditable="true"], [role="textbox"], [role="combobox"]'),
);

export default function ({ data, parentElement, setTriggerValue }) {
  let palette = window.ccdashPalette;
  palette?.rest?.();  // who drew before is not always told to clean up, and a key is heard once
  if (!palette || palette.words.language !== data.words.language || !palette.dialog.isConnected) {
    palette = built(data);
    window.ccdashPalette = palette;
  }
  palette.tell = setTriggerValue;
  if (data.isFilled || !palette.isFilled) palette.items = data.items;
  palette.isFilled = palette.isFilled || data.isFilled;
  if (data.answer) palette.answer = data.answer;
  if (palette.dialog.open && (data.isFilled || data.answer)) draw(palette);

  const button = parentElement.querySelector('button');
  button.querySelector('.cc-search-word').textContent = data.words.search;
  button.setAttribute('aria-label', data.words.search);
  const isMac = /Mac|iPhone|iPad/.test(navigator.platform);
  button.querySelector('kbd').textContent = isMac ? '⌘K' : 'Ctrl K';
  const opened = () => open(palette);
  const key = (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === 'k') {
      event.preventDefault();
      if (palette.dialog.open) palette.dialog.close();
      else open(palette);
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (document.querySelector('dialog[open], [role="dialog"]:not(dialog)')) return;
    if (event.key === '/') {
      event.preventDefault();
      open(palette);
    } else if (event.key === '?') palette.help.showModal();
  };
  const elsewhere = (event) => event.target.closest?.('.cc-opens-search') && open(palette);
  button.addEventListener('click', opened);
  document.addEventListener('keydown', key, true);
  document.addEventListener('click', elsewhere);
  palette.rest = () => {
    button.removeEventListener('click', opened);
    document.removeEventListener('keydown', key, true);
    document.removeEventListener('click', elsewhere);
  };
  return palette.rest;
}
