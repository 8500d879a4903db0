import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals } from "@std/assert";
import { gpuTest } from "../testing/webgpu.ts";
import { type BufferManager, limitPool } from "./buffer_pool.ts";
import type { WebGpuBackend } from "./gpu.ts";

/** A pool like tfjs's, of buffers that only have a size. */
function pool(): BufferManager & { free(size: number): void; readonly destroyed: number[] } {
  const destroyed: number[] = [];
  const manager = {
    freeBuffers: new Map<string, { size: number; destroy(): void }[]>(),
    numBytesUsed: 0,
    numBytesAllocated: 0,
    numFreeBuffers: 0,
    destroyed,
    acquireBuffer(size: number, usage: number) {
      const key = `${size}_${usage}`;
      const found = manager.freeBuffers.get(key)?.pop();
      if (found) manager.numFreeBuffers--;
      else manager.numBytesAllocated += size;
      manager.numBytesUsed += size;
      return found ?? { size, destroy: () => void destroyed.push(size) };
    },
    free(size: number) {
      const key = `${size}_1`;
      const buffers = manager.freeBuffers.get(key) ?? [];
      manager.freeBuffers.set(key, [...buffers, {
        size,
        destroy: () => void destroyed.push(size),
      }]);
      manager.numBytesUsed -= size;
      manager.numFreeBuffers++;
    },
  };
  return manager;
}

Deno.test("limitPool() destroys what was not used for longest", () => {
  const manager = pool();
  limitPool(manager, 0);
  limitPool(manager, 0);
  const use = (size: number) => {
    manager.acquireBuffer(size, 1);
    manager.free(size);
  };
  use(100); // the most in use: at most 150 in all
  use(40);
  assertEquals(manager.destroyed, []);
  use(100); // now 40 is older
  use(30);
  assertEquals(manager.destroyed, [40]);
  assertEquals([manager.numBytesAllocated, manager.numFreeBuffers], [130, 2]);
  use(90);
  assertEquals(manager.destroyed, [40, 100]);
});

Deno.test("limitPool() leaves alone what is in use", () => {
  const manager = pool();
  limitPool(manager, 0);
  for (let i = 1; i <= 9; i++) manager.acquireBuffer(i, 1);
  assertEquals(manager.numBytesAllocated, 45);
  assertEquals(manager.destroyed, []);
});

gpuTest("tensors of ever other shapes do not fill the device, and keep their numbers", async () => {
  const { bufferManager } = tf.backend() as unknown as WebGpuBackend;
  const kept = tf.range(0, 1000);
  for (let i = 1; i <= 30; i++) {
    const sum = tf.tidy(() => tf.add(tf.ones([2 ** 21 + i]), kept.slice([5], [1]))); // 8 MB
    assertEquals((await sum.slice([2 ** 21], [1]).data())[0], 6);
    sum.dispose();
  }
  const { numBytesAllocated, numBytesUsed } = bufferManager;
  assert(numBytesAllocated < 400 * 2 ** 20, `${numBytesAllocated} bytes for ${numBytesUsed}`);
  assertEquals((await kept.data())[999], 999);
});
