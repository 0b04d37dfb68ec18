import type { APIRoute } from 'astro';
import { codeRules } from '../../page/code-theme.ts';

/** The colours of all highlighted code. */
export const GET: APIRoute = () => new Response(codeRules, { headers: { 'content-type': 'text/css' } });
