// What one page looks like to somebody who checks it: words that are cut, and all words there are.
() => {
  const name = (node) => {
    const own = node.closest('[class*="cc-"], [class*="st-key-"], [data-testid]') || node;
    const of = own.dataset?.testid ? `[data-testid=${own.dataset.testid}]` : '';
    const cls = [...own.classList].filter((one) => /^(cc-|st-key-|st[A-Z])/.test(one)).slice(0, 2);
    return own.tagName.toLowerCase() + cls.map((one) => `.${one}`).join('') + of;
  };
  const isSeen = (node) => {
    if (!node.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return false;
    if (node.closest('[data-testid=stSidebar][aria-expanded=false], style, script')) return false;
    for (let at = node; at instanceof Element; at = at.parentElement) {
      const style = getComputedStyle(at);
      const box = at.getBoundingClientRect();
      // words for the ear alone
      if (style.position === 'absolute' && box.width <= 1.5 && box.height <= 1.5) return false;
      if (style.clipPath === 'inset(50%)' || style.clip === 'rect(0px, 0px, 0px, 0px)') return false;
    }
    return true;
  };
  const cutBy = (node, box) => {
    for (let at = node; at && at !== document.body; at = at.parentElement) {
      const style = getComputedStyle(at);
      if (/auto|scroll/.test(style.overflowX)) return null;  // it can be reached
      if (at.title || at.getAttribute('aria-label')) return null;  // it is told in whole elsewhere
      if (!/hidden|clip/.test(style.overflowX)) continue;
      const edge = at.getBoundingClientRect();
      if (box.right > edge.right + 1.5 || box.left < edge.left - 1.5) return at;
    }
    return null;
  };
  const tongue = (node) => node.closest('body [lang]')?.lang || '';  // a part with its own language
  const cut = [];
  const texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const text = node.data.replace(/\s+/g, ' ').trim();
    const parent = node.parentElement;
    if (!text || !isSeen(parent)) continue;
    texts.push([text, name(parent), tongue(parent)]);
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const box of range.getClientRects()) {
      const by = box.width > 1 && cutBy(parent, box);
      if (by) {
        cut.push(`${name(parent)} "${text.slice(0, 50)}" is cut by ${name(by)}`);
        break;
      }
    }
  }
  for (const node of document.querySelectorAll('[aria-label], [title], [placeholder]')) {
    if (!isSeen(node)) continue;
    for (const kind of ['aria-label', 'title', 'placeholder']) {
      const text = (node.getAttribute(kind) || '').replace(/\s+/g, ' ').trim();
      if (text) texts.push([text, `${name(node)}[${kind}]`, tongue(node)]);
    }
  }
  const main = document.querySelector('.stMain');
  const room = document.documentElement.clientWidth;
  const widest = Math.max(document.documentElement.scrollWidth - room,
    main ? main.scrollWidth - main.clientWidth : 0);
  const wide = widest <= 0 ? [] : [...document.querySelectorAll('.stMain *')]
    .filter((node) => node.getBoundingClientRect().right > room + 1 && isSeen(node))
    .slice(0, 4).map(name);
  return { cut, texts, widest, wide };
}
