// A board: drawn once, then changed where it changed, ticking by the server's clock, grey and dated
// when the server is silent. The page "Now", "Team" and the wall are boards.

import { parts } from './parts.js';
import { stream } from './stream.js';
import { tick, wallClock } from './ticking.js';
import { applyChanges, turnInto } from './turn.js';

const lostSince = (seconds, words) =>
  words.lost.replace('{time}', wallClock(seconds, words.zone, words.separator));

// One line above the board while its figures are old; the board itself is greyed by the sheet.
const dated = (root, text) => {
  const before = root.previousElementSibling;
  const line = before && before.classList.contains('cc-board-lost') ? before : null;
  if (!text) {
    if (line) line.remove();
    return;
  }
  const said = line || document.createElement('p');
  said.className = 'cc-board-lost';
  said.setAttribute('role', 'alert');
  said.textContent = text;
  if (!line) root.before(said);
};

// Begins a board in `root`. `options`: address of its stream (none: it stays as it was told), words,
// first (what the server told with the page), state(name) told when it is live, lost, gone, and each
// time when it is refused. Gives
// become(told) for a board without a stream, and end().
export const show = (root, options) => {
  const { words } = options;
  const kept = parts(root);
  let clock = null, state = '';

  const now = () => clock.now + ((performance.now() - clock.at) / 1000) * clock.rate;
  const ticks = () => clock && state !== 'lost' && tick(root, now(), words);

  const becomes = (name) => {
    if (name === 'refused') {
      if (options.state) options.state(name);
      return;
    }
    if (state === name) return;
    state = name;
    root.dataset.state = name;
    dated(root, state === 'lost' && clock ? lostSince(clock.now, words) : '');
    if (state === 'lost' && clock) tick(root, clock.now, words);
    if (options.state) options.state(name);
  };

  const drawn = (told) => {
    if (told.html !== undefined) turnInto(root, told.html);
    else applyChanges(root, told.changes);
    kept.kept();
  };

  const become = (told) => {
    try {
      if (told.html !== undefined || told.changes.length) drawn(told);
    } catch (error) {
      console.info('ccdash: asked for the whole board,', error.message);
      return false;
    }
    if (told.now !== undefined) clock = { now: told.now, rate: told.rate, at: performance.now() };
    becomes('live');
    ticks();
    return true;
  };

  if (options.first) become(options.first);
  const on = { message: become, state: becomes };
  const close = options.address ? stream(options.address, on, options.first) : () => {};
  const timer = setInterval(ticks, 1000);
  const end = () => {
    close();
    clearInterval(timer);
    kept.end();
    dated(root, '');
  };
  return { become, end };
};
