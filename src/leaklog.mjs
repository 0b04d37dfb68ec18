// What `import leaklog from 'leaklog'` gives. Node strips no types below node_modules, so the published package holds compiled files.
import { existsSync } from 'node:fs';

const source = new URL('./site/integration.ts', import.meta.url);
const compiled = new URL('../lib/src/site/integration.js', import.meta.url);
const { default: leaklog } = await import((existsSync(source) ? source : compiled).href);
export default leaklog;
