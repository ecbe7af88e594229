// Times that go on by the clock of the server: `<time data-since=SECONDS data-form=...>` is how long
// ago that is, `<time data-clock=ZONE data-separator=":">` the wall clock there, with data-short
// without its seconds.

const DAY = 86400, HOUR = 3600, MINUTE = 60;
const NBSP = '\u00a0';

const two = (n) => String(n).padStart(2, '0');
const said = (words, unit, n) => words[unit].replace('{n}', n).replace(/ /g, NBSP);

// As ui/format.py's duration: 0:48, 4:52, 1 h 12 min, 2 d 3 h; larger units are cut.
export const duration = (seconds, words) => {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < HOUR) return `${Math.floor(whole / MINUTE)}:${two(whole % MINUTE)}`;
  const days = Math.floor(whole / DAY), hours = Math.floor((whole % DAY) / HOUR);
  const minutes = Math.floor((whole % HOUR) / MINUTE);
  const told = [];
  if (days) told.push(said(words, 'd', days));
  if (hours) told.push(said(words, 'h', hours));
  if (minutes && !days) told.push(said(words, 'min', minutes));
  return told.join(NBSP);
};

// As ui/now_head.py's age: 27 s, 4 min, 1 h 12 min.
export const age = (seconds, words) => {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < MINUTE) return said(words, 's', whole);
  return whole < HOUR ? said(words, 'min', Math.floor(whole / MINUTE)) : duration(whole, words);
};

const FORMS = { duration, age };

const clocks = new Map();

export const wallClock = (at, zone, separator) => {
  if (!clocks.has(zone)) {
    clocks.set(zone, new Intl.DateTimeFormat('en-GB', {
      timeZone: zone, hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false,
    }));
  }
  return clocks.get(zone).format(at * 1000).replace(/:/g, separator);
};

const write = (node, text) => {
  if (node.textContent !== text) node.textContent = text;
};

// Everything in `root`, at `now` (seconds).
export const tick = (root, now, words) => {
  for (const node of root.querySelectorAll('time[data-since]')) {
    write(node, FORMS[node.dataset.form](now - Number(node.dataset.since), words));
  }
  for (const node of root.querySelectorAll('time[data-clock]')) {
    const text = wallClock(now, node.dataset.clock, node.dataset.separator);
    write(node, node.dataset.short === undefined ? text : text.slice(0, 5));
  }
};
