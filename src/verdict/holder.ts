import type { Capture, HolderRecord } from '../capture/capture.ts';
import { findDefinitions, type Definition } from '../post/fences/definitions.ts';
import { formatCount } from './format.ts';

/** An object on the way to what is held. */
export type HolderNode = HolderRecord['path'][number];

/** How one refers to the next, in words before its name. */
export const holdWords: Readonly<Record<HolderNode['how'], string>> = {
  module: 'module',
  global: 'global',
  local: 'local variable',
  attribute: 'attribute',
  'class attribute': 'class attribute',
  slot: 'slot',
  closure: 'variable of a closure',
  'default argument': 'default argument',
  entry: 'entry',
  key: 'a key',
  member: 'a member',
  cache: 'cached',
  partial: 'argument of a partial',
  'bound method': 'bound method of',
  'thread local': 'thread local',
  'context variable': 'context variable',
  'signal handler': 'handler of a signal',
  inside: 'inside',
  more: '',
};

/** The holder as an expression of Python: `Report.total`, `server.sessions`, `by_user[7]`, and where it is a name, as in `in main()`. */
export function holderName({ path, suspect }: HolderRecord): { readonly name: string; readonly where: string } | undefined {
  if (suspect === null) return undefined;
  let [name, where] = ['', ''];
  const join = (next: string) => (name === '' ? next : `${name}.${next}`);
  for (const [index, node] of path.slice(0, suspect + 1).entries()) {
    const before = path[index - 1];
    switch (node.how) {
      case 'module':
        // The dict behind os.environ is that of the module below it.
        name = node.name === '__main__' ? '' : node.name === 'posix' ? 'os' : node.name;
        break;
      case 'global':
      case 'class attribute':
        name = join(node.name);
        break;
      case 'attribute':
      case 'slot':
      case 'thread local':
      case 'entry':
        // A key that is no constant has no expression.
        if (/^\[an? /.test(node.name)) [name, where] = ['', ` of ${article(node.type)} in ${name}${where}`];
        else name += node.name;
        break;
      case 'key':
        [name, where] = ['', ` of ${article(node.type)}, a key of ${name}${where}`];
        break;
      case 'bound method':
        // A class that a method leads to has a name of its own; a method that has none, no expression.
        if (node.type === 'type' && node.called !== undefined) name = node.called;
        else if (before?.name === '') [name, where] = ['', ` of ${article(node.type)}${where}`];
        else name += '.__self__';
        break;
      case 'local': {
        const [, owner, local = node.name] = /^(.+)\.([^.]+)$/.exec(node.name) ?? [];
        where = ` in ${owner ?? before?.called ?? name}()`;
        name = local;
        break;
      }
      case 'closure':
      case 'default argument':
        where = ` of ${before?.called ?? name}()`;
        name = node.name;
        break;
      case 'context variable':
        [name, where] = [node.name, ', a context variable'];
        break;
      case 'signal handler':
        [name, where] = [`the handler of ${node.name}`, ''];
        break;
      case 'partial':
        // `emit.func`, `emit.args[0]`, `emit.keywords['sink']`.
        name += node.name === 'func' ? '.func' : `${/^\[\d+\]$/.test(node.name) ? '.args' : '.keywords'}${node.name}`;
        break;
      default:
        // A class that a method leads to has a name of its own.
        if (node.type === 'type' && node.called !== undefined) name = node.called;
    }
    // Through whatever it is reached, a program has one at a time.
    if (isEventLoop(node)) [name, where] = index === suspect ? ['the event loop', ''] : ['', ' of the event loop'];
    // From a library's own lists to an object of the sample's: that is what a reader knows.
    if (path[0]?.how === 'module' && path[0].name !== '__main__' && index < suspect && isOwnClass(node))
      [name, where] = ['', ` of ${article(node.type)}`];
  }
  return { name: name.replace(/^\./, ''), where };
}

function article(type: string): string {
  const name = shortType(type);
  return `${/^[aeiou]/i.test(name) ? 'an' : 'a'} ${name}`;
}

/** Types that every program has, beside those of libraries, which have a module before their name. */
const builtIn = new Set(
  `dict list set frozenset tuple module type function method generator coroutine async_generator frame cell property traceback
  builtin_function_or_method method-wrapper mappingproxy`.split(/\s+/),
);

function isEventLoop({ type }: HolderNode): boolean {
  return /^asyncio\.[\w.]*EventLoop$/.test(type);
}

function isOwnClass({ type }: HolderNode): boolean {
  return type !== '' && !type.includes('.') && !builtIn.has(type);
}

/** The line of the sample in which the holder is made; undefined if that is not in the sample, or cannot be told from its code. */
export function holderLine(code: string, { path, suspect }: HolderRecord): number | undefined {
  if (suspect === null) return undefined;
  const isMain = path[0]?.how !== 'module' || path[0].name === '__main__';
  const definitions = findDefinitions(code);
  const first = (is: (definition: Definition) => boolean) => definitions.find(is)?.line;
  // An entry is made with the container that it is in, as far as the code tells.
  for (let at = suspect; at > 0 || path[at]?.how === 'local'; at -= 1) {
    const [node, before] = [path[at], path[at - 1]] as [HolderNode, HolderNode | undefined];
    const bare = node.name.replace(/^\./, '');
    switch (node.how) {
      case 'global':
        if (!isMain) return undefined;
        return first(({ name, inFunction, inClass }) => name === bare && inFunction === undefined && inClass === undefined);
      case 'class attribute':
        return first(({ name, inFunction, inClass }) => name === bare && inFunction === undefined && inClass === before?.called);
      case 'attribute':
      case 'slot':
      case 'thread local': {
        const isAttribute = ({ name }: Definition) => name.endsWith(`.${bare}`);
        // A library's class has its attributes elsewhere.
        if (before?.type.includes('.') === true && before.how !== 'thread local' && node.how !== 'thread local') return undefined;
        return first((each) => isAttribute(each) && each.inClass === before?.type) ?? first(isAttribute);
      }
      case 'closure':
        return first(({ name, inFunction, kind }) => name === bare && inFunction !== undefined && kind !== 'parameter');
      case 'default argument':
        return first(({ name, inFunction, kind }) => name === bare && kind === 'parameter' && inFunction === before?.called);
      case 'local': {
        const [, owner, local = bare] = /^(?:.*\.)?([^.]+)\.([^.]+)$/.exec(node.name) ?? [];
        return first(({ name, inFunction }) => name === local && (owner === undefined ? inFunction !== undefined : inFunction === owner));
      }
      case 'context variable':
      case 'signal handler':
        return undefined;
      default:
    }
  }
  return undefined;
}

/** A map, as a program may call its class what every object of JavaScript has: `constructor`. */
const knownTypes: ReadonlyMap<string, string> = new Map([
  ['functools._lru_cache_wrapper', 'lru_cache'],
  ['_thread._local', 'threading.local'],
  ['type', 'class'],
]);

/** A type without its module: `_lru_cache_wrapper` is called by the name that programs use. */
export function shortType(type: string): string {
  // A program may name a class so.
  if (type === '') return '(no name)';
  return knownTypes.get(type) ?? type.replace(/^(?:collections|functools|_asyncio|builtins)\./, '');
}

/** Who holds what grows, in a sentence that ends in a period; undefined if that was not asked, or not found. */
export function holderSentence({ holder }: Capture, code: string): string | undefined {
  if (holder === undefined) return undefined;
  const { path, suspect, growth, counted, typical, stopped } = holder;
  if (suspect === null) {
    if (stopped !== undefined) return `Who holds it was not found among the first ${formatCount(stopped)} objects.`;
    return `Held by C code: nothing in Python refers to the ${shortType(typical.type)} objects that come.`;
  }
  const node = path[suspect] as HolderNode;
  const { name, where } = holderName(holder) ?? { name: '', where: '' };
  const line = holderLine(code, holder);
  const what = `${name === '' ? shortType(node.type) : name}${where}`;
  const place = line === undefined ? '' : ` (line ${line})`;
  const [from, to] = [formatCount(growth.from), formatCount(growth.to)];
  const kind = shortType(node.type);
  // A plain container is known by its entries; of any other kind it is worth saying what it is.
  const isContainer = counted === 'entries' || kind === 'lru_cache';
  // What has no name of its own is not what is named.
  const inside = node.how === 'inside' && name !== '' ? 'inside ' : '';
  const described = name === '' ? what : `${kind} ${inside}${what}`;
  const named = isContainer && kind !== 'class' && node.how !== 'module' ? `the ${described}` : what;
  if (counted === 'entries') return `Held by ${named}${place}, which grew from ${from} to ${to} entries between two looks.`;
  return `Held by ${named}${place}: objects of type ${shortType(typical.type)} went from ${from} to ${to} between two looks.`;
}
