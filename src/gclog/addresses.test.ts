import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Addresses, rememberedObjects } from './addresses.ts';

/** The same, but it never forgets. */
class PlainAddresses {
  readonly #names = new Map<string, number>();

  name(high: number, low: number): number {
    const key = `${high} ${low}`;
    const name = this.#names.get(key) ?? this.#names.size + 1;
    this.#names.set(key, name);
    return name;
  }

  has(high: number, low: number): boolean {
    return this.#names.has(`${high} ${low}`);
  }
}

/** A pseudo-random generator with a fixed seed. */
function randomly(seed: number): (below: number) => number {
  let state = seed;
  return (below) => (state = (state * 48_271) % 2_147_483_647) % below;
}

const highs = [0, 0x7f7b, 0x55c7, -1];
/** Layouts of memory: over how many regions addresses are spread, and how far apart objects are. */
const memories = {
  'a few regions': [3, 64],
  'many regions': [5000, 4096],
  'regions whose low bits are the same': [1 << 28, 1 << 28],
  'a region where objects are closer than they ever are': [1, 1],
} as const;

for (const [memory, [span, stride]] of Object.entries(memories)) {
  test(`objects are recognised in ${memory}, listed in order, backwards and at random`, () => {
    const random = randomly(7);
    const [addresses, plain] = [new Addresses(), new PlainAddresses()];
    const seen: (readonly [high: number, low: number])[] = [];
    const check = (high: number, low: number) => {
      assert.equal(addresses.has(high, low), plain.has(high, low));
      assert.equal(addresses.name(high, low), plain.name(high, low));
      assert.ok(addresses.has(high, low));
    };
    for (let round = 0; round < 60; round += 1) {
      for (let count = random(300); count > 0; count -= 1) {
        const address = [highs[random(highs.length)] as number, (random(Math.ceil((span * 65_536) / stride)) * stride) | 0] as const;
        seen.push(address);
        check(...address);
      }
      const from = random(seen.length + 1);
      const again = seen.slice(from, from + random(300));
      for (const address of random(2) === 0 ? again : again.toReversed()) check(...address);
      for (let count = random(50); count > 0; count -= 1) check(...(seen[random(seen.length)] ?? [0, 0]));
    }
  });
}

test('an object that comes back after millions of others may get a new number, but never that of another object', () => {
  const addresses = new Addresses();
  for (let low = 1; low <= rememberedObjects * 2.5; low += 1) assert.equal(addresses.name(0x7f7b, low), low);
  assert.equal(
    addresses.name(0x7f7b, Math.floor(rememberedObjects * 2.5) - rememberedObjects + 1),
    Math.floor(rememberedObjects * 2.5) - rememberedObjects + 1,
  );
  assert.equal(addresses.name(0x7f7b, 1), addresses.count);
});

test('an object that is mentioned now and then keeps its number for good', () => {
  const addresses = new Addresses();
  const name = addresses.name(0x55c7, 0x3365_8df0);
  for (let turn = 0; turn < 5; turn += 1) {
    for (let index = 1; index < rememberedObjects; index += 1) addresses.name(turn, index * 64);
    assert.equal(addresses.name(0x55c7, 0x3365_8df0), name);
  }
});
