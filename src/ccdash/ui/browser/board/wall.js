// The screen of a TV: the board that its stream draws, and what only a wall needs: letters as large
// as the screen allows, pages that take turns, a drift of a pixel or two against burn-in, a chime,
// and a look at its own address each minute. How the board wants it stands in the board's attributes.

import { show } from './board.js';

const SECOND = 1000, MINUTE = 60 * SECOND;
const NIGHT = [3 * 60, 5 * 60];  // minutes of the day in which a newer version is fetched
const DRIFT = [[0, 0], [1, 0], [2, 1], [1, 2], [0, 2], [-1, 1], [-2, 0], [-1, -1], [0, -2], [1, -1]];
const TONES = [[880, 0], [660, 0.18]];  // Hz, and seconds after the first

const root = document.getElementById('wall');
const words = JSON.parse(root.dataset.words);
const scale = Number(new URLSearchParams(location.search).get('scale')) || 1;
const board = () => root.querySelector('.cc-wall-board');

// Letters: a hundredth of the height of the picture, which is 16 to 9 or upright.
const fit = () => {
  const wide = innerWidth, tall = innerHeight, isUpright = wide < tall;
  const unit = isUpright ? Math.min(wide, tall * 0.5625) : Math.min(tall, wide * 0.5625);
  root.style.setProperty('--unit', `${(unit / 100) * scale}px`);
  root.classList.toggle('upright', isUpright);
};

// Pages: each for a while; one in which somebody waits too long holds, and two such take turns.
let page = 0, turnedAt = performance.now();
const pagesNow = () => Array.from(root.querySelectorAll('.cc-wall-tiles'));
const turn = () => {
  const pages = pagesNow();
  const here = board();
  if (!pages.length || !here) return;
  const late = pages.map((one, place) => place).filter((n) => pages[n].classList.contains('breach'));
  const among = late.length ? late : pages.map((one, place) => place);
  const isDue = performance.now() - turnedAt > Number(here.dataset.rotates) * SECOND;
  if (!among.includes(page) || (isDue && among.length > 1)) {
    const after = among.filter((one) => one > page);
    page = after.length ? after[0] : among[0];
    turnedAt = performance.now();
  }
  root.dataset.page = String(page);
};

const drift = () => {
  const place = DRIFT[Math.floor(performance.now() / MINUTE) % DRIFT.length];
  root.style.setProperty('--drift-x', `${place[0]}px`);
  root.style.setProperty('--drift-y', `${place[1]}px`);
};

// The clock of the centre as minutes of its day; null while nothing is known of it.
const clockText = () => {
  const node = root.querySelector('time[data-clock]');
  return node ? node.textContent : '';
};
const minuteOfDay = () => {
  const found = /^(\d\d)\D(\d\d)/.exec(clockText());
  return found ? Number(found[1]) * 60 + Number(found[2]) : null;
};
const isWithin = (minute, from, until) =>
  from <= until ? minute >= from && minute < until : minute >= from || minute < until;

// A chime for each tile that has just gone over its limit; a figure that was not known went over
// nothing. A browser plays it only when it was
// started so (see docs/howto/wallboard.md); where it may not, the screen stays silent.
let sound = null, known = null;
const ring = () => {
  const Sound = window.AudioContext || window.webkitAudioContext;
  if (!Sound) return;
  if (!sound) sound = new Sound();
  sound.resume();
  for (const [pitch, after] of TONES) {
    const at = sound.currentTime + after;
    const tone = sound.createOscillator(), loud = sound.createGain();
    tone.frequency.value = pitch;
    loud.gain.setValueAtTime(0.0001, at);
    loud.gain.exponentialRampToValueAtTime(0.25, at + 0.02);
    loud.gain.exponentialRampToValueAtTime(0.0001, at + 0.9);
    tone.connect(loud);
    loud.connect(sound.destination);
    tone.start(at);
    tone.stop(at + 1);
  }
};
const chime = () => {
  const here = board();
  if (!here) return;
  const keys = (of) => Array.from(root.querySelectorAll(of), (one) => one.dataset.key);
  const late = keys('.cc-wall-tile.over');
  const isNew = known !== null && late.some((one) => !known.includes(one));
  known = late.concat(keys('.cc-wall-tile.figure.none'));
  if (!isNew || here.dataset.chimes === undefined) return;
  const minute = minuteOfDay();
  const mute = here.dataset.mute.split('-').map(Number);
  if (minute !== null && isWithin(minute, mute[0], mute[1])) return;
  ring();
};

// What stands while the server is silent: of when the figures are, and from midnight on the day.
let lostAt = 0;
const lostWords = () => {
  if (!lostAt) lostAt = Date.now();
  const isToday = minuteOfDay() + (Date.now() - lostAt) / MINUTE < 24 * 60;
  return (isToday ? words.lost : board().dataset.lost).replace('{time}', clockText());
};
const lost = () => {
  const away = root.querySelector('[data-away]');
  if (root.dataset.state !== 'lost') lostAt = 0;
  const text = away && root.dataset.state === 'lost' ? lostWords() : '';
  if (away && away.textContent !== text) away.textContent = text;
};

const timers = [];
let end = () => {};

const gone = () => {
  end();
  timers.forEach(clearInterval);
  const told = [words.gone, words.way].map((text) => {
    const line = document.createElement('p');
    line.textContent = text;
    return line;
  });
  const place = document.createElement('div');
  place.className = 'cc-wall-nothing';
  told.forEach((line) => place.appendChild(line));
  root.textContent = '';
  root.appendChild(place);
  root.dataset.state = 'gone';
};

// The own address, each minute: a newer version is loaded at night, and only from a server that has
// just answered, as a reload that finds none would leave the browser's own error on the wall.
const beat = () => {
  fetch(location.pathname, { method: 'HEAD', cache: 'no-store' }).then((answer) => {
    const minute = minuteOfDay();
    const newest = answer.headers.get('Ccdash-Version');  // none: it is not ccdash that answers
    const isNewer = answer.ok && newest && newest !== root.dataset.version;
    if (isNewer && minute !== null && isWithin(minute, NIGHT[0], NIGHT[1])) location.reload();
  }).catch(() => {});
};

const look = () => {
  turn();
  chime();
  lost();
};

fit();
drift();
addEventListener('resize', fit);
timers.push(setInterval(look, 250), setInterval(drift, MINUTE), setInterval(beat, MINUTE));
end = show(root, {
  address: root.dataset.stream,
  words,
  state: (name) => (name === 'gone' ? gone() : look()),
}).end;
