import panel from 'virtual:leaklog/panel';

/** What a page with samples that can be run has before that: its buttons work, and load all else when they are pressed. */
for (const button of document.querySelectorAll<HTMLButtonElement>('button[data-live]')) {
  const open = async (detail?: string) => {
    button.disabled = true;
    try {
      await import(/* @vite-ignore */ panel);
      button.dispatchEvent(new CustomEvent('run-here', { bubbles: true, detail }));
    } catch {
      button.disabled = false;
      button.textContent = 'This could not be loaded: try again';
    }
  };
  button.hidden = false;
  button.onclick = () => open();
  // A link may carry other code: it is shown, and waits.
  const [, name, code] = /^#run-([\w-]+)=([\w-]+)$/.exec(location.hash) ?? [];
  if (code !== undefined && button.dataset['live'] === `${name}/live.json`) void open(code);
}
