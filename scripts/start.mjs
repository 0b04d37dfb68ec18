// Starts the command that is named first: plain JavaScript, so that Node keeps what it makes of the TypeScript from here on.
import { enableCompileCache } from 'node:module';
import { resolve } from 'node:path';

enableCompileCache(resolve('node_modules/.cache/leaklog/compiled'));
const [name] = process.argv.splice(2, 1);
await import(`./${name}.ts`);
