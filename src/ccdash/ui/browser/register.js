// The register of metrics: finding among its entries as one types, the way to a group, and the entry
// that the address names. The entries themselves are on the page, drawn by ui/metrics_screen.py.
const plain = (text) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
const entries = () => [...document.querySelectorAll('.cc-metric')];
const groups = () => [...document.querySelectorAll('.cc-metrics')];

// What is said of this metric; the names of the facts are the same in every entry.
const said = (entry) => plain([...entry.querySelectorAll('summary, dd')].map((one) => one.textContent).join(' '));

const find = (field, none, words) => {
  const asked = plain(field.value).split(/\s+/).filter(Boolean);
  let found = 0;
  entries().forEach((one) => {
    const text = said(one);
    const isFound = asked.every((word) => text.includes(word));
    one.classList.toggle('is-away', !isFound);
    found += isFound;
  });
  none.textContent = found ? '' : words.nothing;
};

// What is opened is in the address, so that it can be sent to somebody.
const remember = (parameter, name) => {
  const here = new URL(location.href);
  if (name) here.searchParams.set(parameter, name);
  else here.searchParams.delete(parameter);
  history.replaceState(history.state, '', here);
};

const show = (name, tries = 0) => {  // the entries may come a moment later
  const entry = entries().find((one) => one.dataset.metric === name);
  if (!entry && tries < 40) setTimeout(() => show(name, tries + 1), 50);
  if (!entry) return;
  entry.open = true;
  entry.scrollIntoView({ block: 'start' });
};

const listed = (list, data) => {
  list.replaceChildren(...data.groups.map(([name, n], place) => {
    const item = document.createElement('li');
    const button = document.createElement('button');
    const size = document.createElement('span');
    button.type = 'button';
    button.textContent = name;
    size.textContent = n;
    button.append(' ', size);
    button.addEventListener('click', () => groups()[place]?.closest('[class*="st-key-card-"]')
      .scrollIntoView({ block: 'start' }));
    item.append(button);
    return item;
  }));
};

export default function ({ data, parentElement }) {
  const field = parentElement.querySelector('input');
  const none = parentElement.querySelector('.cc-register-none');
  field.setAttribute('aria-label', data.words.find);
  field.placeholder = data.words.hint;
  listed(parentElement.querySelector('ul'), data);
  const type = () => find(field, none, data.words);
  const opened = (event) => {
    const entry = event.target;
    if (!entry.classList?.contains('cc-metric')) return;
    const here = new URL(location.href).searchParams.get(data.parameter);
    if (entry.open) remember(data.parameter, entry.dataset.metric);
    else if (here === entry.dataset.metric) remember(data.parameter, null);
  };
  field.addEventListener('input', type);
  if (field.value) type();
  if (data.chosen && field.dataset.shown !== data.chosen) {
    field.dataset.shown = data.chosen;
    show(data.chosen);
  }
  document.addEventListener('toggle', opened, true);
  return () => {
    field.removeEventListener('input', type);
    document.removeEventListener('toggle', opened, true);
  };
}
