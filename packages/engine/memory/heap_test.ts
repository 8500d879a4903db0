import { assert, assertEquals, assertThrows } from "@std/assert";
import { Heap } from "./heap.ts";

Deno.test("allocate() gives aligned blocks that do not overlap", () => {
  const heap = new Heap(new WebAssembly.Memory({ initial: 1, maximum: 64 }));
  const blocks: { address: number; bytes: number }[] = [];
  let seed = 1;
  for (let i = 0; i < 2000; i++) {
    seed = Math.imul(seed, 1103515245) + 12345 >>> 0;
    if (blocks.length > 20 && seed % 3 > 0) {
      heap.free(blocks.splice(seed % blocks.length, 1)[0].address);
      continue;
    }
    const bytes = seed % 9000;
    const address = heap.allocate(bytes);
    assertEquals(address % 64, 0);
    assert(address > 0);
    for (const other of blocks) {
      assert(address + bytes <= other.address || other.address + other.bytes <= address);
    }
    blocks.push({ address, bytes });
  }
  for (const { address } of blocks) heap.free(address);
  assertEquals(heap.usedBytes, 0);
});

Deno.test("freed blocks are joined and used again", () => {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 64 });
  const heap = new Heap(memory);
  const small = Array.from({ length: 100 }, () => heap.allocate(10_000));
  const before = memory.buffer.byteLength;
  for (
    const address of [
      ...small.filter((_, i) => i % 2),
      ...small.filter((_, i) => i % 2 === 0),
    ]
  ) {
    heap.free(address);
  }
  heap.allocate(1_000_000);
  assertEquals(memory.buffer.byteLength, before);
});

Deno.test("views follow a memory that grows", () => {
  const heap = new Heap(new WebAssembly.Memory({ initial: 1, maximum: 64 }));
  const first = heap.placeIntegers([1, 2, 3]);
  const far = heap.placeIntegers(new Int32Array(500_000));
  assertEquals([...heap.views.integers.subarray(first / 4, first / 4 + 3)], [1, 2, 3]);
  heap.views.floats[far / 4] = 0.5;
  assertEquals(heap.views.floats[far / 4], 0.5);
});

Deno.test("two heaps share a memory without meeting", () => {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 256, shared: true });
  const heaps = [new Heap(memory), new Heap(memory)];
  const blocks = Array.from({ length: 40 }, (_, i) => heaps[i % 2].allocate(100_000));
  blocks.sort((a, b) => a - b);
  blocks.forEach((address, i) => assert(i === 0 || address - blocks[i - 1] >= 100_000));
});

Deno.test("errors say what to do", () => {
  const heap = new Heap(new WebAssembly.Memory({ initial: 1, maximum: 2 }));
  assertThrows(() => heap.allocate(1e9), RangeError, "smaller batches");
  assertThrows(() => heap.free(128), Error, "not in use");
});
