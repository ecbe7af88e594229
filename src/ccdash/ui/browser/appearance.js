// System, light or dark. Streamlit keeps the choice by address path and reads it when it loads, so
// it is written for every screen and the page is loaded once more: what is shown lives in the address.
const KEPT = 'ccdash_appearance';
const VERSION = 'v2';  // of streamlit 1.67; a test in tests/browser looks whether it still counts
const address = (path) => `stActiveTheme-${path}-${VERSION}`;

// Where this document was loaded: Streamlit reads the choice for this path, whatever it shows later.
const loaded = () => new URL(performance.getEntriesByType('navigation')[0]?.name ?? location.href).pathname;

export default function ({ data, parentElement }) {
  const group = parentElement.querySelector('.cc-appearance');
  const start = loaded(), paths = [...data.paths, start];
  const kept = localStorage.getItem(KEPT);
  const here = JSON.parse(localStorage.getItem(address(start)) ?? '"System"');
  if (group.dataset.drawn === data.label) return;  // nobody's finger is on a button that goes away
  group.dataset.drawn = data.label;
  group.setAttribute('aria-label', data.label);
  group.replaceChildren(...data.choices.map(([value, words]) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = `cc-look ${value.toLowerCase()}`;
    button.title = words;
    button.setAttribute('aria-pressed', String(value === (kept ?? here)));
    const name = document.createElement('span');
    name.textContent = words;
    button.append(name);
    button.addEventListener('click', () => {
      localStorage.setItem(KEPT, value);
      paths.forEach((path) => localStorage.setItem(address(path), JSON.stringify(value)));
      location.reload();
    });
    return button;
  }));
  if (kept && kept !== here) {  // an address that was not among the screens when the choice was made
    localStorage.setItem(address(start), JSON.stringify(kept));
    location.reload();
  }
}
