const root = document.documentElement;
const choices = document.querySelectorAll<HTMLInputElement>('.theme input');

for (const choice of choices) {
  choice.addEventListener('change', () => {
    show(choice.value);
    try {
      localStorage.setItem('theme', choice.value);
    } catch {
      // Without storage the theme applies to this page only.
    }
  });
}
addEventListener('storage', ({ key, newValue }) => key === 'theme' && show(newValue ?? 'auto'));
show(root.dataset['theme'] ?? 'auto');

function show(theme: string): void {
  root.dataset['theme'] = theme;
  for (const choice of choices) choice.checked = choice.value === theme;
}
