import type { APIRoute } from 'astro';
import { wholeAddress } from '../address.ts';

/** Everyone may read everything. */
export const GET: APIRoute = () => new Response(`User-agent: *\nAllow: /\n\nSitemap: ${wholeAddress('/sitemap.xml')}\n`);
