// What a viewer opens and seeks on a board, kept while the board changes. `data-opens` on a button
// shows and hides the parts of that `data-part`; an input with `data-finds` leaves the rows whose
// `data-name` holds what is written in it.

const isMenu = (root, name) => root.querySelector(`.cc-menu[data-part="${CSS.escape(name)}"]`);

// What the viewer opened stays open: a part is shown as long as its name is in the set.
const show = (root, open) => {
  for (const button of root.querySelectorAll('[data-opens]')) {
    button.setAttribute('aria-expanded', String(open.has(button.dataset.opens)));
  }
  for (const part of root.querySelectorAll('[data-part]')) part.hidden = !open.has(part.dataset.part);
};

const find = (root) => {
  const field = root.querySelector('[data-finds]');
  if (!field) return;
  const asked = field.value.trim().toLocaleLowerCase();
  let found = 0;
  for (const row of root.querySelectorAll('[data-name]')) {
    const isHit = row.dataset.name.toLocaleLowerCase().includes(asked);
    row.classList.toggle('cc-away', !isHit);
    found += isHit;
  }
  for (const group of root.querySelectorAll('[data-group]')) {
    group.classList.toggle('cc-away', !group.querySelector('[data-name]:not(.cc-away)'));
  }
  const nobody = root.querySelector('[data-nobody]');
  if (nobody) nobody.classList.toggle('cc-away', found > 0);
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
    const isInside = event.target.closest('.cc-menu') && !event.target.closest('a');
    if (!isInside) closeMenus(root, open, name);
    if (name && !open.delete(name)) open.add(name);
    show(root, open);
  };
  const escape = (event) => {
    if (event.key !== 'Escape') return;
    const name = Array.from(open).find((one) => isMenu(root, one));
    closeMenus(root, open, null);
    show(root, open);
    const button = name && root.querySelector(`[data-opens="${CSS.escape(name)}"]`);
    if (button) button.focus();
  };
  const input = () => find(root);
  document.addEventListener('click', click);
  root.addEventListener('keydown', escape);
  root.addEventListener('input', input);
  const end = () => {
    document.removeEventListener('click', click);
    root.removeEventListener('keydown', escape);
    root.removeEventListener('input', input);
  };
  return { kept, end };
};
