import type { APIRoute } from 'astro';
import { postFiles } from '../../../post-files.ts';

export const getStaticPaths = () => postFiles('.csv');
export const GET: APIRoute = ({ props }) => new Response(props['text'], { headers: { 'content-type': 'text/csv' } });
