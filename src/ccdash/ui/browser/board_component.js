// A board on a page of Streamlit: its modules come from the server, as those of the wall do.

const boards = new WeakMap();

const begun = (root, data, setTriggerValue) => {
  const board = { address: data.address, wanted: data.first, shown: null, isOver: false };
  board.end = () => {
    board.isOver = true;
    if (board.shown) board.shown.end();
  };
  import(new URL(data.module, location.href)).then(({ show }) => {
    if (board.isOver) return;
    const state = (name) => {  // a server that began anew gives the page a new address
      if (name === 'refused') setTriggerValue('refused', Date.now());
    };
    const { address, words } = data;
    board.shown = show(root, { address, words, first: board.wanted, state });
  });
  return board;
};

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector('.cc-board');
  let board = boards.get(root);
  if (!board || board.address !== data.address) {
    if (board) board.end();
    boards.set(root, board = begun(root, data, setTriggerValue));
  } else if (!data.address) {  // without a stream the page tells
    board.wanted = data.first;
    if (board.shown) board.shown.become(data.first);
  }
  return () => {
    if (root.isConnected) return;
    board.end();
    boards.delete(root);
  };
}
