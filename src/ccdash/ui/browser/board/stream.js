// The stream of one board: opened, resumed where it was cut, tried again for as long as the page is
// there. The server answers {run, number, html} or {run, number, from, changes}, at least once a
// second, each with {now, rate} of the product's clock.

const SILENT_MS = 3000, AGAIN_MS = 500, SLOWEST_MS = 3000;
const GONE = 4403;  // this address is not good any more, and never will be
const REFUSED = 4401;  // the server has begun anew and does not know it: another is to be asked for

// `on.message(told)` gives whether it could be used; `on.state('live' | 'lost' | 'gone' | 'refused')`.
// `first` is what the page brought.
export const stream = (address, on, first) => {
  const have = first ? { run: first.run, number: first.number } : { run: '', number: -1 };
  let socket = null, heard = performance.now(), tried = heard;
  let wait = AGAIN_MS, timer = 0, isOver = false;

  const target = () => {
    const url = new URL(address, location.href);
    url.protocol = url.protocol.replace('http', 'ws');
    if (have.number >= 0) {
      url.searchParams.set('run', have.run);
      url.searchParams.set('have', have.number);
    }
    return url;
  };

  const close = () => {
    if (!socket) return;
    socket.onmessage = socket.onclose = null;
    socket.close();
    socket = null;
  };

  const again = () => {
    close();
    clearTimeout(timer);
    if (isOver) return;
    timer = setTimeout(open, wait * (0.75 + Math.random() / 2));
    wait = Math.min(wait * 2, SLOWEST_MS);
  };

  const heardOne = (event) => {
    const told = JSON.parse(event.data);
    heard = performance.now();
    wait = AGAIN_MS;
    const isNext = told.html !== undefined || (told.run === have.run && told.from === have.number);
    if (isNext && on.message(told)) Object.assign(have, { run: told.run, number: told.number });
    else {
      have.number = -1;  // what is drawn is not what the server thinks: all of it, please
      again();
    }
  };

  const open = () => {
    tried = performance.now();
    socket = new WebSocket(target());
    socket.onmessage = heardOne;
    socket.onclose = (event) => {
      if (event.code === GONE) {
        isOver = true;
        on.state('gone');
      }
      if (event.code === REFUSED) on.state('refused');
      again();
    };
  };

  const watch = setInterval(() => {
    if (isOver) return;
    const now = performance.now();
    if (now - heard > SILENT_MS) on.state('lost');
    if (now - Math.max(heard, tried) > SILENT_MS && socket) again();  // it may hang for minutes
  }, 500);

  open();
  return () => {
    isOver = true;
    clearInterval(watch);
    clearTimeout(timer);
    close();
  };
};
