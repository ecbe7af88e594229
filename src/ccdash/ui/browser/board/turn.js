// Turns what is drawn into what is wanted by changing it where it stands: whoever reads, points, has
// opened a row or stands on a link with the keyboard keeps their place. Pieces are elements with
// `data-key`; `<template data-keep="KEY">` in what is wanted is the piece that is there, as it is.

const keyOf = (node) => (node.dataset ? node.dataset.key : undefined);

const isSame = (here, wanted) =>
  Boolean(here) && here.nodeType === wanted.nodeType && here.nodeName === wanted.nodeName;

const isText = (node) => node.nodeType === Node.TEXT_NODE;

const dress = (here, wanted) => {
  for (const { name } of Array.from(here.attributes)) {
    if (!wanted.hasAttribute(name)) here.removeAttribute(name);
  }
  for (const { name, value } of wanted.attributes) {
    if (here.getAttribute(name) !== value) here.setAttribute(name, value);
  }
};

// The pieces within a piece, by their keys: wherever they stand, as one may go on to another list.
const piecesIn = (node) => {
  const found = new Map();
  for (const one of node.querySelectorAll('[data-key]')) {
    const above = one.parentElement.closest('[data-key]');
    if (above === node || !node.contains(above)) found.set(one.dataset.key, one);
  }
  return found;
};

const kept = (key, pieces) => {
  if (!pieces.has(key)) throw new Error(`${key} is not here`);
  return pieces.get(key);
};

// What is new, with the pieces in it that are there already.
const whole = (node, pieces) => {
  if (node.querySelectorAll) {
    for (const one of Array.from(node.querySelectorAll('template[data-keep]'))) {
      one.replaceWith(kept(one.dataset.keep, pieces));
    }
  }
  return node;
};

const matchOf = (child, next, keyed, pieces) => {
  if (child.dataset && child.dataset.keep !== undefined) return kept(child.dataset.keep, pieces);
  if (keyOf(child) !== undefined) return keyed.get(keyOf(child));
  return next && keyOf(next) === undefined && isSame(next, child) ? next : undefined;
};

const fill = (here, wanted, pieces) => {
  const keyed = new Map();
  for (const child of here.children) if (keyOf(child) !== undefined) keyed.set(keyOf(child), child);
  let next = here.firstChild;
  for (const child of Array.from(wanted.childNodes)) {
    const match = matchOf(child, next, keyed, pieces);
    const isKept = Boolean(child.dataset) && child.dataset.keep !== undefined;
    if (!isKept && !isSame(match, child)) {
      here.insertBefore(whole(child, pieces), next);
      continue;
    }
    if (match === next) next = next.nextSibling;
    else here.insertBefore(match, next);
    if (!isKept) turn(match, child, pieces);
  }
  while (next) {
    const rest = next.nextSibling;
    next.remove();
    next = rest;
  }
};

// One node of the same kind into another.
const turn = (here, wanted, pieces) => {
  if (isText(here)) {
    if (here.data !== wanted.data) here.data = wanted.data;
    return;
  }
  dress(here, wanted);
  // What ticks is written here, not told: its text is nobody's change.
  if (here.dataset.since === undefined && here.dataset.clock === undefined) {
    fill(here, wanted, pieces);
  }
};

const parsed = (html) => {
  const template = document.createElement('template');
  template.innerHTML = html;
  return template.content;
};

// All that `root` holds.
export const turnInto = (root, html) => fill(root, parsed(html), piecesIn(root));

const childOf = (node, key) => {
  const found = piecesIn(node).get(key);
  if (!found) throw new Error(`${key} is not here`);
  return found;
};

// Puts in what changed: [[path of keys, html], ...]. Throws where the path leads nowhere.
export const applyChanges = (root, changes) => {
  for (const [path, html] of changes) {
    if (!path.length) {
      turnInto(root, html);
      continue;
    }
    const here = path.reduce(childOf, root);
    const wanted = parsed(html).firstElementChild;
    if (isSame(here, wanted)) turn(here, wanted, piecesIn(here));
    else here.replaceWith(whole(wanted, piecesIn(here)));
  }
};
