// What a viewer opens and seeks on a board, kept while the board changes. `data-opens` on a button
// shows and hides the parts of that `data-part`; an input with `data-finds` leaves the rows whose
// `data-name` holds what is written in it, and shows what is `data-while-finding`.

const isMenu = (root, name) => root.querySelector(`.cc-menu[data-part="${CSS.escape(name)}"]`);
const opener = (root, name) => root.querySelector(`[data-opens="${CSS.escape(name)}"]`);

// What the viewer opened stays open: a part is shown as long as its name is in the set.
const show = (root, open) => {
  for (const button of root.querySelectorAll('[data-opens]')) {
    button.setAttribute('aria-expanded', String(open.has(button.dataset.opens)));
  }
  for (const part of root.querySelectorAll('[data-part]')) part.hidden = !open.has(part.dataset.part);
};

// As it is written by somebody without the letters: Väisänen is found by "vais".
const plain = (text) => text.normalize('NFD').replace(/[\u0300-\u036f]/g, '').toLocaleLowerCase();

const find = (root) => {
  const field = root.querySelector('[data-finds]');
  if (!field) return;
  const asked = plain(field.value.trim());
  let found = 0;
  for (const row of root.querySelectorAll('[data-name]')) {
    const isHit = plain(row.dataset.name).includes(asked);
    row.classList.toggle('cc-away', !isHit);
    found += isHit;
  }
  for (const group of root.querySelectorAll('[data-group]')) {
    group.classList.toggle('cc-away', !group.querySelector('[data-name]:not(.cc-away)'));
  }
  const nobody = root.querySelector('[data-nobody]');
  if (nobody) nobody.classList.toggle('cc-away', found > 0);
  const told = root.querySelector('[data-while-finding]');
  if (told) told.classList.toggle('cc-away', !asked);
};

// Where an arrow leads in a menu of links, from one of them or (-1) from its button; null: nowhere.
const leads = (key, here, links) => {
  const last = links.length - 1, chosen = links.findIndex((one) => one.hasAttribute('aria-current'));
  if (key === 'ArrowDown') return here < 0 ? Math.max(chosen, 0) : (here + 1) % links.length;
  if (key === 'ArrowUp') return here <= 0 ? last : here - 1;
  if (here < 0) return null;
  return key === 'Home' ? 0 : key === 'End' ? last : null;
};

const closeMenus = (root, open, but) => {
  for (const name of Array.from(open)) {
    if (name !== but && isMenu(root, name)) open.delete(name);
  }
};

// Listens for a viewer; gives what to call after each change of the board, and at its end.
export const parts = (root) => {
  const open = new Set();
  const kept = () => {
    show(root, open);
    find(root);
  };
  const click = (event) => {
    const button = event.target.closest('[data-opens]');
    const name = button && root.contains(button) ? button.dataset.opens : null;
    const menu = event.target.closest('.cc-menu'), isChoice = menu && event.target.closest('a');
    if (!menu || isChoice) closeMenus(root, open, name);
    if (name && !open.delete(name)) open.add(name);
    show(root, open);
    if (isChoice && root.contains(menu)) opener(root, menu.dataset.part).focus();
  };
  const escape = () => {
    const name = Array.from(open).find((one) => isMenu(root, one));
    closeMenus(root, open, null);
    show(root, open);
    if (name) opener(root, name).focus();
  };
  const go = (event) => {
    const button = event.target.closest('[data-opens]');
    const menu = button ? isMenu(root, button.dataset.opens) : event.target.closest('.cc-menu');
    const links = menu ? Array.from(menu.querySelectorAll('a')) : [];
    const to = links.length ? leads(event.key, links.indexOf(event.target), links) : null;
    if (to === null) return;
    event.preventDefault();
    closeMenus(root, open, menu.dataset.part);
    open.add(menu.dataset.part);
    show(root, open);
    links[to].focus();
  };
  const keys = (event) => (event.key === 'Escape' ? escape() : go(event));
  const input = () => find(root);
  document.addEventListener('click', click);
  root.addEventListener('keydown', keys);
  root.addEventListener('input', input);
  const end = () => {
    document.removeEventListener('click', click);
    root.removeEventListener('keydown', keys);
    root.removeEventListener('input', input);
  };
  return { kept, end };
};
