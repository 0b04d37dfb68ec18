/** What a post gains with JavaScript: a reading line in charts, buttons to copy code, and marked objects in logs. */
import './crosshair.ts';
import './objects.ts';

for (const listing of document.querySelectorAll('.listing')) {
  const actions = listing.querySelector('.actions');
  const texts = [...listing.querySelectorAll('.text')];
  if (actions === null || texts.length === 0) continue;
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = 'Copy';
  button.onclick = async () => {
    await navigator.clipboard.writeText(texts.map((text) => text.textContent).join(''));
    button.textContent = 'Copied';
    setTimeout(() => (button.textContent = 'Copy'), 2000);
  };
  actions.append(button);
}
