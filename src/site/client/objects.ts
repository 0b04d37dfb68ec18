/** A click on an object marks every mention of it. */
addEventListener('click', ({ target }) => {
  if (target instanceof Element && target.matches('.line s')) mark(target.classList.contains('marked') ? '' : target.textContent);
});

/** Marks the mentions of one object, and no other; returns their number. */
export function mark(name: string): number {
  let count = 0;
  for (const mention of document.querySelectorAll('.line s'))
    count += Number(mention.classList.toggle('marked', mention.textContent === name));
  return count;
}
