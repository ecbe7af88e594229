// Rows and columns of cells, painted by styles/trends.css. Python says what every cell is and says; here is
// only which one is meant, and the way to its contacts.

const NARROW = 33;      // pixels of a cell below which no figure has room in it
const UPRIGHT = 84;     // and below which a name above it stands upright, if it is as long as a word
const WORD = 4;

const node = (name, className, parent, text = '') => {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  parent.append(made);
  return made;
};

function prepare(root) {
  const grid = node('div', 'cc-heat-grid', root);
  grid.setAttribute('role', 'application');
  grid.tabIndex = 0;
  const map = { root, grid, at: null, scale: node('div', 'cc-heat-scale', root),
    tip: node('div', 'cc-tip', root), spoken: node('p', 'cc-hidden', root) };
  map.tip.hidden = true;
  map.spoken.setAttribute('aria-live', 'polite');
  grid.addEventListener('pointermove', (event) => event.pointerType === 'mouse' && show(map, meant(event)));
  grid.addEventListener('pointerleave', (event) => event.pointerType === 'mouse' && show(map, null));
  grid.addEventListener('click', (event) => touched(map, event));
  grid.addEventListener('keydown', (event) => steered(map, event));
  root.addEventListener('focusout', (event) => root.contains(event.relatedTarget) || show(map, null));
  map.watch = new ResizeObserver(() => fit(map));
  map.watch.observe(root);
  return map;
}

const meant = ({ target }) => target.closest('.cc-hour');

function fit({ root, grid, data }) {
  const width = grid.clientWidth / (data.columns.length + 1.5);
  root.classList.toggle('narrow', width < NARROW);
  const room = grid.querySelector('.cc-hour')?.clientWidth;
  root.classList.toggle('upright', room < UPRIGHT && data.columns.some((name) => name.length > WORD));
}

function draw(map) {
  const { data, grid } = map;
  grid.replaceChildren();
  grid.style.setProperty('--hours', data.columns.length);
  grid.setAttribute('aria-label', `${data.alt}. ${data.words.hint}`);
  node('span', 'cc-heat-head', grid);
  for (const name of data.columns) node('span', 'cc-heat-head', grid, name).title = name;
  data.cells.forEach((row, y) => {
    node('span', 'cc-heat-day', grid, data.rows[y]).title = data.rows[y];
    row.forEach((cell, x) => place(data, grid, cell, [y, x]));
  });
  for (const one of grid.children) one.setAttribute('aria-hidden', 'true');
  legend(map);
  fit(map);
  show(map, null);
  map.root.dataset.drawn = data.cells.length;
}

function place(data, grid, cell, [y, x]) {
  const made = node('span', 'cc-hour', grid);
  Object.assign(made.dataset, { y, x });
  if (!cell) { made.classList.add('empty'); return; }
  node('b', '', made, cell.text);
  if (cell.depth === null) made.classList.add(cell.few ? 'few' : 'empty');
  else made.style.setProperty('--depth', `${cell.depth}%`);
  made.classList.toggle('worst', data.worst.some(([row, column]) => row === y && column === x));
}

function legend({ data, scale }) {
  scale.replaceChildren();
  node('span', '', scale, data.scale[0]);
  node('i', 'cc-heat-bar', scale);
  node('span', '', scale, data.scale[1]);
  if (data.few) {
    const few = node('span', 'cc-heat-few', scale);
    node('i', 'cc-hour few', few);
    node('span', '', few, data.few);
  }
}

const cell_of = ({ data }, made) => made && data.cells[made.dataset.y][made.dataset.x];

function show(map, made, { speak = false, touch = false } = {}) {
  const { data, tip, spoken, grid, root } = map;
  const cell = cell_of(map, made);
  map.at?.classList.remove('at');
  map.at = made;
  made?.classList.add('at');
  grid.style.cursor = cell?.link ? 'pointer' : '';
  tip.hidden = !cell;
  tip.classList.toggle('touch', touch);
  if (!cell) {
    const name = made && `${data.rows[made.dataset.y]} ${data.columns[made.dataset.x]}: ${data.words.nothing}`;
    spoken.textContent = speak && name ? name : '';
    return;
  }
  tip.replaceChildren();
  const [what, more] = cell.tip;
  node('strong', '', tip, what);
  node('span', '', tip, more);
  if (cell.link) {
    const way = node('a', 'cc-way', tip, data.words.open);
    way.href = `${data.path}?${new URLSearchParams({ ...data.base, ...cell.link })}`;
    way.target = '_self';
    way.tabIndex = -1;
  }
  const [box, whole] = [made.getBoundingClientRect(), root.getBoundingClientRect()];
  const middle = box.left - whole.left + box.width / 2;
  const left = Math.min(Math.max(0, root.clientWidth - tip.offsetWidth), Math.max(0, middle - tip.offsetWidth / 2));
  const above = box.top - whole.top - tip.offsetHeight - 8;
  tip.style.translate = `${left}px ${above < 0 ? box.bottom - whole.top + 8 : above}px`;
  if (speak) spoken.textContent = `${what}. ${more}`;
}

// A mouse goes there at once; a finger, which has seen nothing yet, is first told.
function touched(map, event) {
  const made = meant(event);
  if (event.pointerType === 'touch') { show(map, made, { touch: true }); return; }
  show(map, made);
  if (made) open(map, event);
}

function open({ tip }, { ctrlKey = false, metaKey = false, shiftKey = false } = {}) {
  const way = tip.hidden ? null : tip.querySelector('a');
  way?.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true, ctrlKey, metaKey, shiftKey }));
}

function steered(map, event) {
  const step = {
    ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowUp: [-1, 0], ArrowDown: [1, 0], Home: [0, -1e9], End: [0, 1e9],
  }[event.key];
  if (event.key === 'Escape') { show(map, null); return; }
  if (event.key === 'Enter' || event.key === ' ') {
    event.preventDefault();
    if (map.at) open(map, event);
    return;
  }
  if (!step) return;
  event.preventDefault();
  const { cells, columns, worst } = map.data;
  const [y, x] = map.at ? [Number(map.at.dataset.y) + step[0], Number(map.at.dataset.x) + step[1]] : worst[0] ?? [0, 0];
  const within = (place, most) => Math.min(most - 1, Math.max(0, place));
  const to = `[data-y="${within(y, cells.length)}"][data-x="${within(x, columns.length)}"]`;
  show(map, map.grid.querySelector(to), { speak: true });
}

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector('.cc-heat');
  const map = root.ccdash ??= prepare(root);
  if (JSON.stringify(map.data) !== JSON.stringify(data)) {
    map.data = data;
    draw(map);
  }
  return () => requestAnimationFrame(() => root.isConnected || map.watch.disconnect());
}
