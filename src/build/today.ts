/** Today in the local time zone, `YYYY-MM-DD`. */
export function today(): string {
  const now = new Date();
  return [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, '0')).join('-');
}

/** The last possible day: nothing is published after it. */
export const lastDay = '9999-12-31';
