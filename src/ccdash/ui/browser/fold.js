// Opens and closes what a phone has no room for; styles/trends.css and customer.css do the rest.
export default function ({ data, parentElement }) {
  const button = parentElement.querySelector('button');
  const root = document.documentElement;
  parentElement.querySelector('.cc-fold-name').textContent = data.name;
  parentElement.querySelector('.cc-fold-chosen').textContent = data.chosen;
  const say = () => button.setAttribute('aria-expanded', root.hasAttribute('data-cc-unfolded'));
  button.onclick = () => { root.toggleAttribute('data-cc-unfolded'); say(); };
  say();
  return () => requestAnimationFrame(() => {
    if (!button.isConnected) root.removeAttribute('data-cc-unfolded');
  });
}
