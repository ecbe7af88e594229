// A wall that could not be shown yet: looks for it, and is loaded once it is there or never will be.
// It loads nothing else, as a reload that finds no server would leave the browser's own error there.

const AGAIN_MS = 2000;

setInterval(() => {
  fetch(location.pathname, { method: 'HEAD', cache: 'no-store' }).then((answer) => {
    if (answer.ok || answer.status === 404) location.reload();
  }).catch(() => {});
}, AGAIN_MS);
