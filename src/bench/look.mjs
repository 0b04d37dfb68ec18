// Plain JavaScript, so that Node keeps what it makes of the TypeScript from here on, as with the build itself.
import { enableCompileCache } from 'node:module';
import { resolve } from 'node:path';

enableCompileCache(resolve('node_modules/.cache/leaklog/compiled'));
await import('./look.ts');
