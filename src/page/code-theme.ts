import type { ThemeRegistrationRaw } from 'shiki';
import dark from 'shiki/themes/github-dark-high-contrast.mjs';
import light from 'shiki/themes/github-light-high-contrast.mjs';

/*
 * The light and the dark theme have the same rules in the same order. So code is tokenized once, with a theme whose colours
 * are numbers; each number stands for a pair of colours, one of each theme.
 */

const colours: { readonly light: string; readonly dark: string }[] = [];

const rules = (light.tokenColors ?? []).map(({ scope, settings }, index) => {
  const darkRule = dark.tokenColors?.[index];
  if (JSON.stringify(darkRule?.scope) !== JSON.stringify(scope))
    throw new Error('The light and the dark theme of code do not tell the same parts apart');
  const pair = { light: settings.foreground ?? '', dark: darkRule?.settings.foreground ?? '' };
  if (pair.light === '' || pair.dark === '') return { ...(scope && { scope }), settings: {} };
  const known = colours.findIndex((other) => other.light === pair.light && other.dark === pair.dark);
  const number = known === -1 ? colours.push(pair) - 1 : known;
  return { ...(scope && { scope }), settings: { foreground: `#0000${number.toString(16).padStart(2, '0')}` } };
});

/** The theme to tokenize code with. */
export const codeTheme: ThemeRegistrationRaw = { name: 'leaklog', type: 'light', fg: '#ffffff', bg: '#ffffff', settings: rules };

/** The number of a token's colour, as in the class `sh-3`; undefined for plain text. */
export function colourOf(color: string | undefined): number | undefined {
  const [, digits] = /^#0000([0-9a-f]{2})$/i.exec(color ?? '') ?? [];
  return digits === undefined ? undefined : Number.parseInt(digits, 16);
}

/** The part of a program that an editor tells apart, and the scope that its colour is that of. */
const scopes = {
  comment: 'comment',
  keyword: 'keyword',
  string: 'string',
  constant: 'constant',
  function: 'entity.name.function',
  builtin: 'support',
} as const;

/** The class of each part of a program, for an editor in the colours of the page. */
export const codeClasses: Readonly<Record<keyof typeof scopes, string>> = Object.fromEntries(
  Object.entries(scopes).map(([part, scope]) => {
    const rule = rules.findLast((each) => 'scope' in each && [each.scope].flat().includes(scope));
    return [part, `sh-${colourOf(rule?.settings.foreground)}`];
  }),
) as Record<keyof typeof scopes, string>;

const plain = `.code{color:light-dark(${light.colors?.['editor.foreground']},${dark.colors?.['editor.foreground']})}\n`;
/** The CSS for highlighted code: classes, so that pages need no style attributes. */
export const codeRules = plain + colours.map(({ light, dark }, number) => `.sh-${number}{color:light-dark(${light},${dark})}\n`).join('');
