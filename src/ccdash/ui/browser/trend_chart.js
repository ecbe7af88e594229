// A trend, drawn by Plotly and painted by styles/trends.css, so that it follows the appearance and
// the printer without being drawn anew. Python says what is drawn and what every word is; here is
// only what needs a hand: which point is meant, and the way to its contacts.

const REACH = 30;       // pixels from a point within which it is meant
const NARROW = 420;     // pixels of plot below which the names stand under it
const SVG = '.main-svg';
let plotly = null;

const loaded = (source) => plotly ??= new Promise((done, failed) => {
  const script = document.createElement('script');
  script.src = source;
  script.onload = () => done(window.Plotly);
  script.onerror = () => { plotly = null; script.remove(); failed(new Error(source)); };
  document.head.append(script);
});

const node = (name, className, parent) => {
  const made = document.createElement(name);
  made.className = className;
  parent.append(made);
  return made;
};

function prepare(root) {
  const canvas = root.querySelector('.cc-canvas');
  canvas.setAttribute('role', 'application');
  canvas.tabIndex = 0;
  const chart = {
    root, canvas, points: [], at: null, width: 0,
    unit: node('span', 'cc-unit', root),
    ends: node('ul', 'cc-ends', root),
    marks: node('div', 'cc-happened', root),
    ring: node('i', 'cc-ring', root),
    tip: node('div', 'cc-tip', root),
    spoken: node('p', 'cc-hidden', root),
  };
  chart.tip.hidden = chart.ring.hidden = true;
  chart.spoken.setAttribute('aria-live', 'polite');
  canvas.addEventListener('pointermove', (event) => event.pointerType === 'mouse' && show(chart, nearest(chart, event)));
  canvas.addEventListener('pointerleave', (event) => event.pointerType === 'mouse' && show(chart, null));
  canvas.addEventListener('click', (event) => touched(chart, event));
  canvas.addEventListener('keydown', (event) => steered(chart, event));
  root.addEventListener('focusout', (event) => root.contains(event.relatedTarget) || show(chart, null));
  chart.watch = new ResizeObserver(() => draw(chart));
  chart.watch.observe(root);
  return chart;
}

async function draw(chart) {
  const { data, canvas, root } = chart;
  const width = root.clientWidth;
  if (!width || (width === chart.width && data === chart.drawn)) return;
  let Plotly;
  try {
    Plotly = await loaded(data.plotly);
  } catch {
    canvas.textContent = data.words.failed;
    return;
  }
  if (data !== chart.data || !canvas.isConnected) return;  // something newer is on its way
  chart.width = width;
  chart.drawn = data;
  const narrow = width - data.layout.margin.r < NARROW;
  root.classList.toggle('narrow', narrow);
  const layout = fitted(data.layout, width, narrow);
  await Plotly.react(canvas, structuredClone(data.traces), layout, { staticPlot: true });
  for (const svg of canvas.querySelectorAll(SVG)) {
    svg.setAttribute('viewBox', `0 0 ${width} ${layout.height}`);  // paper is narrower
    svg.setAttribute('aria-hidden', 'true');
  }
  canvas.setAttribute('aria-label', `${data.alt}. ${data.words.hint}`);
  chart.unit.textContent = data.unit;
  name(chart, layout);
  mark(chart, layout);
  chart.points = placed(chart, layout);
  show(chart, null);
  root.dataset.drawn = data.traces.length;
}

function fitted(layout, width, narrow) {
  const made = structuredClone(layout);
  made.width = width;
  if (narrow) {
    made.margin.r = 14;
    const most = Math.max(2, Math.floor(width / 78));
    const every = Math.ceil(made.xaxis.tickvals.length / most);
    for (const list of ['tickvals', 'ticktext']) {
      made.xaxis[list] = made.xaxis[list].filter((_, place) => place % every === 0);
    }
  }
  return made;
}

function name({ data, ends }, { width, height, margin }) {
  ends.replaceChildren();
  for (const end of data.ends) {
    const line = node('li', `cc-end tone-${end.tone}`, ends);
    line.style.top = `${margin.t + (1 - end.at) * (height - margin.t - margin.b)}px`;
    line.style.left = `${width - margin.r + 8}px`;
    const glyph = node('i', '', line);
    glyph.textContent = end.glyph;
    glyph.setAttribute('aria-hidden', 'true');
    line.append(end.text);
    if (end.full !== end.text) line.title = end.full;
  }
}

// What happened: a band over the buckets that it touches, or a line at its own; a letter above.
function mark({ data, marks }, { width, height, margin, xaxis: { range: [low, high] } }) {
  marks.replaceChildren();
  const at = (place) => margin.l + (place - low) / (high - low) * (width - margin.l - margin.r);
  for (const { letter, first, last, lasts } of data.marks) {
    const [left, right] = lasts ? [at(Math.max(low, first - 0.5)), at(Math.min(high, last + 0.5))] : [at(first), at(first)];
    const made = node('i', lasts ? 'cc-band' : 'cc-line', marks);
    Object.assign(made.style, { left: `${left}px`, width: `${right - left}px`, top: `${margin.t}px`, bottom: `${margin.b}px` });
    node('b', '', made).textContent = letter;
  }
  marks.style.height = `${height}px`;
  marks.setAttribute('aria-hidden', 'true');
}

// Plotly draws a mark for every known value, in their order.
function placed({ data, canvas }, { margin }) {
  return data.lines.flatMap((line, series) => {
    const marks = canvas.querySelectorAll(`.trace${CSS.escape(line.uid)} path.point`);
    const places = line.tips.map((tip, place) => (tip ? place : -1)).filter((place) => place >= 0);
    return places.map((place, number) => {
      const mark = marks[number];
      if (!mark) return null;
      mark.classList.toggle('cc-hollow', line.hollow.includes(place));
      const [x, y] = mark.getAttribute('transform').match(/-?[\d.]+/g).map(Number);
      return { series, place, x: x + margin.l, y: y + margin.t };
    }).filter(Boolean);
  });
}

function nearest({ points, canvas }, { clientX, clientY }) {
  const box = canvas.getBoundingClientRect();
  const [x, y] = [clientX - box.left, clientY - box.top];
  const away = (point) => Math.hypot(point.x - x, point.y - y);
  return points.reduce((best, one) => (away(one) < (best ? away(best) : REACH) ? one : best), null);
}

function address({ data }, { series, place }) {
  if (!data.links) return null;
  const { path, base, buckets, of } = data.links;
  return `${path}?${new URLSearchParams({ ...base, ...buckets[place], ...of[series] })}`;
}

function show(chart, point, { speak = false, touch = false } = {}) {
  const { data, tip, ring, spoken, canvas, root } = chart;
  chart.at = point;
  tip.hidden = ring.hidden = !point;
  tip.classList.toggle('touch', touch);
  const href = point && address(chart, point);
  canvas.style.cursor = href ? 'pointer' : '';
  if (!point) { spoken.textContent = ''; return; }
  const line = data.lines[point.series];
  const [what, more] = line.tips[point.place];
  tip.replaceChildren();
  node('strong', '', tip).textContent = what;
  node('span', '', tip).textContent = more;
  if (href) {
    const way = node('a', 'cc-way', tip);
    way.href = href;
    way.target = '_self';
    way.tabIndex = -1;
    way.textContent = data.words.open;
  }
  ring.className = `cc-ring tone-${line.tone}`;
  ring.style.translate = `${point.x}px ${point.y}px`;
  const room = Math.max(0, root.clientWidth - tip.offsetWidth);
  const left = Math.min(room, Math.max(0, point.x - tip.offsetWidth / 2));
  const below = point.y - tip.offsetHeight - 14 < 0;
  tip.style.translate = `${left}px ${below ? point.y + 14 : point.y - tip.offsetHeight - 14}px`;
  if (speak) spoken.textContent = `${what}. ${more}`;
}

// A mouse goes there at once; a finger, which has seen nothing yet, is first told.
function touched(chart, event) {
  const point = nearest(chart, event);
  if (event.pointerType === 'touch') { show(chart, point, { touch: true }); return; }
  show(chart, point);
  if (point) open(chart, event);
}

function open({ tip }, { ctrlKey = false, metaKey = false, shiftKey = false } = {}) {
  const way = tip.querySelector('a');
  way?.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true, ctrlKey, metaKey, shiftKey }));
}

function steered(chart, event) {
  const step = {
    ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1], Home: [-1e9, 0], End: [1e9, 0],
  }[event.key];
  if (event.key === 'Escape') { show(chart, null); return; }
  if (event.key === 'Enter' || event.key === ' ') {
    event.preventDefault();
    if (chart.at) open(chart, event);
    return;
  }
  if (!step || !chart.points.length) return;
  event.preventDefault();
  show(chart, chart.at ? moved(chart, step) : chart.points.findLast((one) => one.series === 0) ?? chart.points[0], { speak: true });
}

// Along its own line; or to the next line that has this bucket.
function moved({ points, at }, [along, across]) {
  if (across) {
    const column = points.filter((one) => one.place === at.place).sort((a, b) => a.y - b.y);
    return column[Math.min(column.length - 1, Math.max(0, column.indexOf(at) + across))];
  }
  const row = points.filter((one) => one.series === at.series);
  return row[Math.min(row.length - 1, Math.max(0, row.indexOf(at) + along))];
}

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector('.cc-plot');
  const chart = root.ccdash ??= prepare(root);
  chart.data = data;
  draw(chart);
  return () => requestAnimationFrame(() => {
    if (root.isConnected) return;
    chart.watch.disconnect();
    window.Plotly?.purge(chart.canvas);
  });
}
