import type { APIRoute } from 'astro';
import { options } from 'virtual:leaklog/options';
import { codeRules } from '../../page/code-theme.ts';
import { lighten } from '../colour.ts';

/** The background of the dark theme (site.css), and the contrast of links on it. */
const [darkPage, linkContrast] = ['#0d1117', 7];

/** The colours that are not in the style sheets: those of highlighted code, and the blog's accent. */
export const GET: APIRoute = () => {
  const accent = `html:root{--link:light-dark(${options.accent},${lighten(options.accent, darkPage, linkContrast)})}\n`;
  return new Response(accent + codeRules, { headers: { 'content-type': 'text/css' } });
};
