/** Marks every mention of an object when one of them is chosen. */
addEventListener('click', ({ target }) => {
  if (target instanceof Element && target.matches('.line s')) mark(target.classList.contains('marked') ? '' : target.textContent);
});

export function mark(name: string): number {
  let count = 0;
  for (const mention of document.querySelectorAll('.line s'))
    count += Number(mention.classList.toggle('marked', mention.textContent === name));
  return count;
}
