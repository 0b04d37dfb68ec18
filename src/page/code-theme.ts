import type { ThemeRegistrationRaw } from 'shiki';
import dark from 'shiki/themes/github-dark-high-contrast.mjs';
import light from 'shiki/themes/github-light-high-contrast.mjs';

/*
 * The light theme and the dark one tell the same parts of code apart, by the same rules in the same order. So code is read
 * once, with a theme whose colours are numbers, and each number stands for a colour of both.
 */

const colours: { readonly light: string; readonly dark: string }[] = [];

const rules = (light.tokenColors ?? []).map(({ scope, settings }, index) => {
  const twin = dark.tokenColors?.[index];
  if (JSON.stringify(twin?.scope) !== JSON.stringify(scope))
    throw new Error('The light and the dark theme of code do not tell the same parts apart');
  const pair = { light: settings.foreground ?? '', dark: twin?.settings.foreground ?? '' };
  if (pair.light === '' || pair.dark === '') return { ...(scope && { scope }), settings: {} };
  const known = colours.findIndex((other) => other.light === pair.light && other.dark === pair.dark);
  const number = known === -1 ? colours.push(pair) - 1 : known;
  return { ...(scope && { scope }), settings: { foreground: `#0000${number.toString(16).padStart(2, '0')}` } };
});

/** The theme that code is read with. */
export const codeTheme: ThemeRegistrationRaw = { name: 'leaklog', type: 'light', fg: '#ffffff', bg: '#ffffff', settings: rules };

/** The number of a colour of the theme; undefined for that of plain text. */
export function colourOf(color: string | undefined): number | undefined {
  const [, digits] = /^#0000([0-9a-f]{2})$/i.exec(color ?? '') ?? [];
  return digits === undefined ? undefined : Number.parseInt(digits, 16);
}

/** What the classes of highlighted code mean: classes, so that no page needs a style attribute. */
const plain = `.code{color:light-dark(${light.colors?.['editor.foreground']},${dark.colors?.['editor.foreground']})}\n`;
export const codeRules = plain + colours.map(({ light, dark }, number) => `.sh-${number}{color:light-dark(${light},${dark})}\n`).join('');
