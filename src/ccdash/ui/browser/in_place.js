// Draws markup by changing what is there: whoever reads, points, has opened a row or stands on a link
// with the keyboard keeps their place while the figures change every two seconds.

const isSame = (here, wanted) =>
  here && here.nodeType === wanted.nodeType && here.nodeName === wanted.nodeName;

const key = (node) => node.dataset?.key;

const dress = (here, wanted) => {
  for (const { name } of [...here.attributes]) {
    if (!wanted.hasAttribute(name)) here.removeAttribute(name);
  }
  for (const { name, value } of wanted.attributes) {
    if (here.getAttribute(name) !== value) here.setAttribute(name, value);
  }
};

const turn = (here, wanted) => {
  if (here.nodeType === Node.TEXT_NODE) {
    if (here.data !== wanted.data) here.data = wanted.data;
    return;
  }
  dress(here, wanted);
  const keyed = new Map([...here.children].filter(key).map((child) => [key(child), child]));
  let next = here.firstChild;
  for (const child of [...wanted.childNodes]) {
    const free = next && !key(next) && isSame(next, child) ? next : null;
    const match = key(child) ? keyed.get(key(child)) : free;
    if (!isSame(match, child)) {
      here.insertBefore(child, next);
      continue;
    }
    if (match === next) next = next.nextSibling;
    else here.insertBefore(match, next);
    turn(match, child);
  }
  while (next) {
    const rest = next.nextSibling;
    next.remove();
    next = rest;
  }
};

// What the viewer opened stays open: a part is shown as long as its name is in the set.
const show = (root) => {
  for (const button of root.querySelectorAll('[data-opens]')) {
    button.setAttribute('aria-expanded', String(root.ccdashOpen.has(button.dataset.opens)));
  }
  for (const part of root.querySelectorAll('[data-part]')) {
    part.hidden = !root.ccdashOpen.has(part.dataset.part);
  }
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

const isMenu = (root, name) => root.querySelector(`.cc-menu[data-part="${CSS.escape(name)}"]`);

const closeMenus = (root, but) => {
  for (const name of [...root.ccdashOpen]) {
    if (name !== but && isMenu(root, name)) root.ccdashOpen.delete(name);
  }
};

const listen = (root) => {
  root.ccdashOpen = new Set();
  const click = (event) => {
    const button = event.target.closest('[data-opens]');
    const name = button && root.contains(button) ? button.dataset.opens : null;
    const isInside = event.target.closest('.cc-menu') && !event.target.closest('a');
    if (!isInside) closeMenus(root, name);
    if (name && !root.ccdashOpen.delete(name)) root.ccdashOpen.add(name);
    show(root);
  };
  const escape = (event) => {
    if (event.key !== 'Escape') return;
    const open = [...root.ccdashOpen].find((name) => isMenu(root, name));
    closeMenus(root, null);
    show(root);
    if (open) root.querySelector(`[data-opens="${CSS.escape(open)}"]`)?.focus();
  };
  document.addEventListener('click', click);
  root.addEventListener('keydown', escape);
  root.addEventListener('input', () => find(root));
  return () => document.removeEventListener('click', click);
};

const listening = new WeakMap();

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector('.cc-in-place');
  if (!listening.has(root)) listening.set(root, listen(root));
  if (root.ccdashDrawn !== data.html) {
    const wanted = root.cloneNode(false);
    wanted.innerHTML = data.html;
    turn(root, wanted);
    root.ccdashDrawn = data.html;
  }
  show(root);
  find(root);
  return () => {
    if (root.isConnected) return;
    listening.get(root)?.();
    listening.delete(root);
  };
}
