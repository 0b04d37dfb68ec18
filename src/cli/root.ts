import { resolve } from 'node:path';

/** The project's root: npm runs every script there. */
export const root = resolve('.');
