const root = document.documentElement;
const choices = document.querySelectorAll<HTMLInputElement>('.theme input');

for (const choice of choices) {
  choice.addEventListener('change', () => {
    show(choice.value);
    try {
      localStorage.setItem('theme', choice.value);
    } catch {
      // A browser that keeps nothing shows the theme until the page is left.
    }
  });
}
addEventListener('storage', ({ key, newValue }) => key === 'theme' && show(newValue ?? 'auto'));
show(root.dataset['theme'] ?? 'auto');

function show(theme: string): void {
  root.dataset['theme'] = theme;
  for (const choice of choices) choice.checked = choice.value === theme;
}
