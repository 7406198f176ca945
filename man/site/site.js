// The search, the buttons that copy, and the list of pages, which is open where there is room for it.
const wide = matchMedia('(min-width: 48.01rem)');
const list = document.querySelector('nav details');
const place = () => {
  list.open = wide.matches;
};
wide.addEventListener('change', place);
place();

for (const pre of document.querySelectorAll('.example pre')) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'copy';
  button.textContent = 'Copy';
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(`${pre.textContent}\n`);
    button.textContent = 'Copied';
    setTimeout(() => {
      button.textContent = 'Copy';
    }, 1500);
  });
  pre.after(button);
}

const input = document.getElementById('search');
const results = document.getElementById('results');
const most = 12;

/** Entries with all words; those with them in their title come first. */
function found(text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  const scored = window.searchIndex.flatMap(([title, link, body]) => {
    const [head, rest] = [title.toLowerCase(), body.toLowerCase()];
    if (!words.every((word) => head.includes(word) || rest.includes(word))) return [];
    const score = words.filter((word) => head.includes(word)).length;
    return [{ title, link, body, score: score + (head.endsWith(words.join(' ')) ? 5 : 0) }];
  });
  return scored.sort((a, b) => b.score - a.score).slice(0, most);
}

input.addEventListener('input', () => {
  const [word = ''] = input.value.toLowerCase().split(/\s+/).filter(Boolean);
  results.replaceChildren(
    ...found(input.value).map(({ title, link, body }) => {
      const item = document.createElement('li');
      const anchor = document.createElement('a');
      anchor.href = link;
      anchor.textContent = title;
      const words = document.createElement('small');
      const at = Math.max(0, body.toLowerCase().indexOf(word) - 40);
      words.textContent = body.slice(at, at + 120);
      anchor.append(words);
      item.append(anchor);
      return item;
    }),
  );
  results.hidden = input.value.trim() === '';
  if (!results.hidden && results.children.length === 0) {
    const item = document.createElement('li');
    item.textContent = 'Nothing has all of these words.';
    results.append(item);
  }
});
document.addEventListener('keydown', (event) => {
  if (event.key === '/' && document.activeElement !== input) {
    event.preventDefault();
    input.focus();
  }
  if (event.key === 'Escape') results.hidden = true;
});
