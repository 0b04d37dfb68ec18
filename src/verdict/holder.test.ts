import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Capture, HolderRecord } from '../capture/capture.ts';
import { takeCapture } from '../capture/take.ts';
import { plainSample } from '../experiment/fixtures/sample.ts';
import type { Sample } from '../experiment/sample.ts';
import { RunQueue } from '../run/run-queue.ts';
import { findPython, type Runtime } from '../run/runtime.ts';
import { holderLine, holderName, holderSentence } from './holder.ts';
import { judge } from './verdict.ts';

const python = await findPython('python3');
const native = { skip: python === undefined && 'there is no python3 here', concurrency: false };
const sampleOf = (code: string): Sample => ({
  name: 'a',
  title: 'program.py',
  code,
  ...plainSample,
  timeoutMs: 30_000,
  memoryBytes: 1e9,
  outputBytes: 1e6,
});

/** Programs that leak: who holds what they keep, where that is made (a line, if the sample has it), and what a typical object is. */
const programs: readonly (readonly [holder: string, line: number | undefined, typical: string, code: string])[] = [
  [
    'cache',
    4,
    'Page',
    `class Page:
    def __init__(self, n): self.rows = [str(n + k) for k in range(5)]

cache = {}
for n in range(60000):
    cache["/page/%d" % n] = Page(n)
`,
  ],
  [
    'Report.all',
    2,
    'Report',
    `class Report:
    all = []
    def __init__(self, n):
        self.lines = ["x" * 50 + str(n)]
        Report.all.append(self)

def main():
    for n in range(120000):
        Report(n)

main()
`,
  ],
  [
    'server.sessions in main()',
    3,
    'Session',
    `class Server:
    def __init__(self):
        self.sessions = {}
class Session:
    __slots__ = ("user",)
    def __init__(self, n): self.user = str(n)
def main():
    server = Server()
    for n in range(200000):
        server.sessions[n] = Session(n)
main()
`,
  ],
  [
    'Invoice.total',
    5,
    'Invoice',
    `from functools import lru_cache
class Invoice:
    def __init__(self, n): self.prices = [n * 1000 + k for k in range(9)]

    @lru_cache(maxsize=None)
    def total(self): return sum(self.prices)
def main():
    for n in range(90000):
        Invoice(n).total()
main()
`,
  ],
  [
    'seen of record()',
    2,
    'dict',
    `def make():
    seen = []
    def record(x): seen.append({"value": x})
    return record
record = make()
for i in range(250000):
    record(i)
`,
  ],
  [
    'bag of add()',
    1,
    'tuple',
    `def add(item, bag=[]):
    bag.append((item, [item]))
for i in range(250000):
    add(i)
`,
  ],
  [
    'seen in collector()',
    2,
    'list',
    `def collector():
    seen = []
    while True:
        seen.append([(yield)])
c = collector()
next(c)
for i in range(300000):
    c.send(i)
`,
  ],
  [
    'here.items',
    3,
    'list',
    `import threading
here = threading.local()
here.items = []
for i in range(300000):
    here.items.append([i])
`,
  ],
  [
    'trail, a context variable',
    undefined,
    'list',
    `import contextvars
trail = contextvars.ContextVar("trail")
trail.set([])
for i in range(250000):
    trail.get().append([i])
`,
  ],
  [
    'weakref.finalize._registry',
    undefined,
    'Conn',
    `import weakref
class Conn:
    def __init__(self, n): self.buf = [n] * 10
    def close(self): pass
for n in range(40000):
    c = Conn(n)
    weakref.finalize(c, c.close)
`,
  ],
  [
    'first',
    6,
    'Link',
    `class Link:
    __slots__ = ("next", "v")
    def __init__(self, v):
        self.v = v
        self.next = None
first = last = Link(0)
for i in range(300000):
    last.next = Link(i)
    last = last.next
`,
  ],
  [
    'atexit',
    undefined,
    'Job',
    `import atexit
class Job:
    def __init__(self, n): self.data = [n] * 20
    def clean(self): pass
for n in range(100000):
    atexit.register(Job(n).clean)
`,
  ],
  // The results of a bounded cache are in links that tell the collector nothing.
  [
    'render',
    3,
    'str',
    `import functools
sizes = {}
@functools.lru_cache(maxsize=200000)
def render(n): return "<p>%d</p>" % n * 90
def page(n):
    text = render(n)
    sizes[n] = (len(text), text.count("p"))
for n in range(50000):
    page(n)
`,
  ],
  // Two hold the same strings: neither is all that does, but the journal of small lists is not what grows.
  [
    'store.by_digest',
    3,
    'str',
    `class Store:
    def __init__(self):
        self.by_id, self.by_digest = {}, {}
        self.journal = []
    def add(self, n):
        text = "%06d" % n * 500
        self.by_id[n] = text
        self.by_digest["digest %d" % n] = text
        self.journal.append([n, len(text)])
store = Store()
for n in range(40000):
    store.add(n)
`,
  ],
  // Many lists grow alike.
  [
    'shop.orders',
    5,
    'Order',
    `class Order:
    def __init__(self, n): self.lines = ["%d" % (n + k) for k in range(8)]
class Shop:
    def __init__(self):
        self.orders = {"customer %d" % k: [] for k in range(200)}
shop = Shop()
for n in range(60000):
    shop.orders["customer %d" % (n * 7919 % 200)].append(Order(n))
`,
  ],
  // A local of a call that has just begun only borrows the newest.
  [
    'trail, a context variable',
    undefined,
    'Span',
    `import contextvars
trail = contextvars.ContextVar("trail", default=None)
class Span:
    def __init__(self, n, parent):
        self.n = [n]
        self.parent = parent
def start(n):
    span = Span(n, trail.get())
    trail.set(span)
    return sum(range(40))
for n in range(120000):
    start(n)
`,
  ],
  // What refers to them weakly holds none of them.
  [
    'scene.widgets',
    7,
    'Widget',
    `import weakref
class Widget:
    def __init__(self, n): self.box = [n, n + 1]
class Scene:
    def __init__(self):
        self.by_name = weakref.WeakValueDictionary()
        self.widgets = []
    def open(self, n):
        widget = Widget(n)
        self.by_name["widget %d" % n] = widget
        self.widgets.append(widget)
scene = Scene()
for n in range(40000):
    scene.open(n)
`,
  ],
  // One of a few that grow alike has only its part.
  [
    'stores',
    4,
    'list',
    `class Store:
    def __init__(self):
        self.rows = {}
stores = [Store() for _ in range(3)]
for n in range(60000):
    stores[n * 7919 % 3].rows[n] = [n, n + 1]
`,
  ],
  // An index that is made anew is another one each time, whatever its address.
  [
    'table.rows',
    6,
    'Row',
    `class Row:
    def __init__(self, n): self.key, self.cells = "row %d" % n, [n]
class Table:
    def __init__(self):
        self.index = {}
        self.rows = []
    def add(self, n):
        self.rows.append(Row(n))
        if n % 4000 == 0:
            self.index = {row.key: row for row in self.rows}
table = Table()
for n in range(90000):
    table.add(n)
`,
  ],
  [
    'state.done',
    4,
    'Span',
    `import threading
class State(threading.local):
    def __init__(self):
        self.done = []
class Span:
    def __init__(self, n): self.tags = [n]
state = State()
def work():
    for n in range(120000):
        state.done.append(Span(n))
work()
`,
  ],
  [
    '_scheduled of the event loop',
    undefined,
    'Job',
    `import asyncio
class Job:
    def __init__(self, n): self.n = [n]
    def late(self): pass
async def main():
    loop = asyncio.get_running_loop()
    for n in range(60000):
        loop.call_later(3600, Job(n).late)
asyncio.run(main())
`,
  ],
  [
    'the handler of SIGTERM',
    undefined,
    'Job',
    `import signal
class Job:
    def __init__(self, n): self.log = ["job %d" % n]
def watch(job):
    previous = signal.getsignal(signal.SIGTERM)
    def stop(number, frame):
        job.log.append("stopped")
        if callable(previous): previous(number, frame)
    signal.signal(signal.SIGTERM, stop)
for n in range(20000):
    watch(Job(n))
`,
  ],
  // Before Python 3.14 a tuple cannot grow while anything else refers to it.
  [
    'shapes',
    1,
    'tuple',
    `shapes = {}
for n in range(40000):
    shapes[n] = tuple((n * k % 101, n + k) for k in range(30))
`,
  ],
];

for (const [holder, line, typical, code] of programs) {
  test(`what ${holder} holds is held by it`, native, async () => {
    const sample = sampleOf(code);
    const capture = await takeCapture(sample, python as Runtime, { queue: new RunQueue(2), needs: () => 'holder' });
    assert.equal(judge(capture, sample).name, 'leak');
    const found = capture.holder;
    assert.ok(found, JSON.stringify(capture.types));
    const { name, where } = holderName(found) ?? { name: '', where: '' };
    // Who registers functions with atexit is known to the module, or only to C, according to the version.
    assert.equal(`${name}${where}`, holder, JSON.stringify(found.path));
    assert.equal(holderLine(code, found), line);
    assert.equal(found.typical.type.split('.').at(-1), typical);
    assert.ok(found.growth.from > 0 && found.growth.to > found.growth.from * 1.3, JSON.stringify(found.growth));
    assert.match(holderSentence(capture, code) ?? '', /^Held by .* (?:grew|went) from [\d,]+ to [\d,]+ (?:entries )?between two looks\.$/);
  });
}

test('what nothing in Python refers to is held by C code, and nobody is named for what is too little to tell', native, async () => {
  const sample = sampleOf(`import ctypes
class Row:
    def __init__(self, n): self.n = [n]
for n in range(120000):
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(Row(n)))
`);
  const capture = await takeCapture(sample, python as Runtime, { queue: new RunQueue(2), needs: () => 'holder' });
  assert.equal(judge(capture, sample).name, 'leak');
  assert.deepEqual([capture.holder?.path, capture.holder?.suspect, capture.holder?.c], [[], null, true]);
  assert.match(holderSentence(capture, sample.code) ?? '', /^Held by C code: nothing in Python refers to the Row objects that come\.$/);
});

test('nothing is said of what only C leads to, but something in Python refers to', native, async () => {
  const sample = sampleOf(`class Watch:
    def __init__(self): self.seen = []
    def __call__(self, n):
        self.seen.append(Row(n))
        return n
class Row:
    def __init__(self, n): self.cells = [n]
total = sum(map(Watch(), (n for n in range(90000))))
`);
  const capture = await takeCapture(sample, python as Runtime, { queue: new RunQueue(2), needs: () => 'holder' });
  assert.equal(capture.holder?.c, undefined, JSON.stringify(capture.holder));
  assert.doesNotMatch(holderSentence(capture, sample.code) ?? '', /C code/);
});

test('what the work gives to objects of its set-up is held by them, or by nobody that is known, and not by C', native, async () => {
  const sample = sampleOf(`import functools
class Page:
    def __init__(self, n): self.n = n
    @functools.cached_property
    def words(self): return ["word %d" % (self.n + k) for k in range(6)]
pages = [Page(n) for n in range(30000)]
total = 0
for page in pages:
    total += len(page.words)
`);
  const capture = await takeCapture(sample, python as Runtime, { queue: new RunQueue(2), needs: () => 'holder' });
  assert.equal(capture.holder?.c, undefined);
  assert.ok(capture.holder === undefined || holderName(capture.holder)?.name === 'pages', JSON.stringify(capture.holder));
});

/** Programs that work with one container in each round, and keep what they make of it in others. */
const scratches: Readonly<Record<string, string>> = {
  'world.latest': `class Day:
    def __init__(self, cells, before):
        self.cells = cells
        self.before = before
class World:
    latest = None
world = World()
draft = {}
for n in range(60):
    for k in range(30):
        draft[k] = sorted("%d-%d" % (k, i) for i in range(1200))
    world.latest = Day([cell + "!" for cell in draft[k]], world.latest)
    draft.clear()
`,
  'document.state': `class State:
    def __init__(self, lines, before):
        self.lines = lines
        self.before = before
class Document:
    def __init__(self):
        self.state = State(["line %d" % n for n in range(1500)], None)
        self.redo = []
document = Document()
for n in range(60):
    for k in range(25):
        document.redo.append([line + "." for line in document.state.lines])
    document.state = State([line[:20] + str(n) for line in document.state.lines], document.state)
    document.redo.clear()
`,
};

for (const [holder, code] of Object.entries(scratches)) {
  test(`who fills and empties a container in each round does not keep in it what ${holder} holds`, native, async () => {
    const sample = sampleOf(code);
    const capture = await takeCapture(sample, python as Runtime, { queue: new RunQueue(2), needs: () => 'holder' });
    assert.equal(judge(capture, sample).name, 'leak');
    const name = capture.holder && holderName(capture.holder)?.name;
    // The owner of what is replaced holds it as well, and nobody may be known.
    assert.ok(name === undefined || name === holder || name === holder.split('.')[0], JSON.stringify(capture.holder));
  });
}

test('what moves from one list to another and back is held by what has them both, or by nobody that is known', native, async () => {
  const sample = sampleOf(`class World:
    def __init__(self): self.now, self.next = [], []
class Cell:
    def __init__(self, n): self.at = [n, n]
world = World()
for n in range(450):
    for k in range(100):
        world.now.append(Cell(n + k))
    while world.now:
        world.next.append(world.now.pop())
    world.now, world.next = world.next, world.now
`);
  const capture = await takeCapture(sample, python as Runtime, { queue: new RunQueue(2), needs: () => 'holder' });
  const name = capture.holder && holderName(capture.holder)?.name;
  assert.ok(name === undefined || name === 'world', JSON.stringify(capture.holder));
});

test('what a program’s own profiler sees is the program alone', native, async () => {
  const sample = sampleOf(`import sys
others = [[n] for n in range(400)]
calls = []
def hook(frame, event, arg):
    if event == "call": calls.append((frame.f_code.co_name, len(calls)))
def work(n):
    return sum(range(10000))
sys.setprofile(hook)
for n in range(8000):
    work(n)
sys.setprofile(None)
`);
  const capture = await takeCapture(sample, python as Runtime, { queue: new RunQueue(2), needs: () => 'holder' });
  assert.equal(capture.holder && holderName(capture.holder)?.name, 'calls', JSON.stringify(capture.holder));
  // The looks are at a third and at two thirds of the work. The harness's timer is a call, too; what that calls is not seen.
  const { from = 0, to = Infinity } = capture.holder?.growth ?? {};
  assert.ok(to - from < from * 1.25, `${from} ${to}`);
});

test('what exit handlers free that the work registered is a leak held by atexit', native, async () => {
  const sample = sampleOf(`import atexit, hashlib, tempfile
class Workspace:
    def __init__(self, number):
        self.files = ["%d/%s" % (number, hashlib.sha1(b"%d" % n).hexdigest()) for n in range(6000)]
        atexit.register(self.close)
    def close(self):
        self.files.clear()
    def digest(self):
        total = hashlib.sha256()
        for k in range(40):
            for file in self.files: total.update(file.encode())
        return total.hexdigest()
for number in range(50):
    workspace = Workspace(number)
    last = workspace.digest()
print(last)
`);
  const capture = await takeCapture(sample, python as Runtime, { queue: new RunQueue(2), needs: () => 'holder' });
  assert.equal(judge(capture, sample).name, 'leak');
  assert.equal(capture.holder && holderName(capture.holder)?.name, 'atexit', JSON.stringify(capture.holder));
});

test('the big objects of a small dict weigh more than the many small ones of a large one', native, async () => {
  const sample = sampleOf(`seen = {}
pictures = []
def main():
    for n in range(4000):
        for k in range(10):
            seen[n * 10 + k] = n
        pictures.append([float(n + k) for k in range(100)])
main()
`);
  const capture = await takeCapture(sample, python as Runtime, { queue: new RunQueue(2), needs: () => 'holder' });
  assert.equal(holderName(capture.holder as HolderRecord)?.name, 'pictures');
});

const node = (how: HolderRecord['path'][number]['how'], name: string, type = 'dict', called?: string) => ({
  how,
  name,
  type,
  ...(called !== undefined && { called }),
});
const record = (path: HolderRecord['path'], suspect: number): HolderRecord => ({
  path,
  suspect,
  typical: { type: 'Page', bytes: 1000 },
  counted: 'entries',
  growth: { from: 10, to: 20 },
});

test('a holder is named as Python names it', () => {
  const main = node('module', '__main__', 'module', '__main__');
  const cases: readonly (readonly [HolderRecord, string])[] = [
    [record([main, node('global', 'bus', 'Bus'), node('attribute', '.listeners', 'list')], 2), 'bus.listeners'],
    [record([main, node('global', 'by_user'), node('entry', '[7]', 'list')], 2), 'by_user[7]'],
    [record([node('module', 're', 'module', 're'), node('global', '_cache')], 1), 're._cache'],
    [
      record(
        [
          node('module', 'threading', 'module', 'threading'),
          node('global', '_active'),
          node('entry', '[1405]', 'Sampler'),
          node('attribute', '.samples', 'list'),
        ],
        3,
      ),
      'samples of a Sampler',
    ],
    [
      record(
        [
          node('module', 'atexit', 'module', 'atexit'),
          node('inside', '', 'method'),
          node('bound method', '__self__', 'type', 'weakref.finalize'),
          node('class attribute', '_registry'),
        ],
        3,
      ),
      'weakref.finalize._registry',
    ],
    [record([main, node('global', 'emit', 'functools.partial'), node('partial', "['sink']", 'list')], 2), "emit.keywords['sink']"],
    [record([main, node('global', 'emit', 'functools.partial'), node('partial', '[0]', 'list')], 2), 'emit.args[0]'],
    [record([node('local', 'Server.run.self', 'Server'), node('slot', '.rooms', 'list')], 1), 'self.rooms in Server.run()'],
  ];
  for (const [holder, name] of cases) {
    const read = holderName(holder);
    assert.equal(`${read?.name}${read?.where}`, name);
  }
});

test('a class may have the name of what every object of JavaScript has', () => {
  const main = node('module', '__main__', 'module', '__main__');
  for (const type of ['constructor', 'toString', '__proto__', 'hasOwnProperty']) {
    const grown = { ...record([main, node('global', 'kept', 'list')], 1), typical: { type, bytes: 64 }, counted: 'objects' } as const;
    assert.equal(
      holderSentence({ holder: grown } as Capture, ''),
      `Held by kept: objects of type ${type} went from 10 to 20 between two looks.`,
    );
  }
});

test('a type may have no name', () => {
  const grown = record([node('module', '__main__', 'module', '__main__'), node('global', 'kept', ''), node('attribute', '', '')], 2);
  assert.equal(
    holderSentence({ holder: grown } as Capture, ''),
    'Held by the (no name) kept, which grew from 10 to 20 entries between two looks.',
  );
  const alone = record([node('global', '', '')], 0);
  assert.equal(
    holderSentence({ holder: alone } as Capture, ''),
    'Held by the (no name), which grew from 10 to 20 entries between two looks.',
  );
});

test('the line of a holder is that of its own class or function, and none of a library’s', () => {
  const code = `class A:
    def __init__(self):
        self.items = []
class B:
    def __init__(self):
        self.items = []
b = B()
data = {}
`;
  const main = node('module', '__main__', 'module', '__main__');
  assert.equal(holderLine(code, record([main, node('global', 'b', 'B'), node('attribute', '.items', 'list')], 2)), 6);
  assert.equal(holderLine(code, record([main, node('global', 'data')], 1)), 8);
  assert.equal(holderLine(code, record([node('module', 're', 'module'), node('global', 'data')], 1)), undefined);
  assert.equal(holderLine(code, record([main, node('global', 'b', 'weakref.WeakSet'), node('attribute', '.items', 'set')], 2)), undefined);
});
