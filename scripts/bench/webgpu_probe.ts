/**
 * Watches a WebGPU device from the outside: what is dispatched, submitted and read back, and how long
 * each dispatch takes. It sees tfjs's programs and others alike, by the labels of their pipelines.
 */

// deno-lint-ignore no-explicit-any -- not every runtime has types for these classes
type Any = any;

/** What was counted since the last reset. */
export interface Counts {
  dispatches: number;
  submits: number;
  readbacks: number;
  /** Dispatches by the label of their pipeline. */
  byLabel: Map<string, number>;
}

const QUERIES = 4096; // the most that WebGPU allows in a set

/** Counts from the moment it is made; one for a process. */
export class DeviceProbe {
  #counts: Counts = { dispatches: 0, submits: 0, readbacks: 0, byLabel: new Map() };
  #device: Any;
  #sets?: { set: Any; used: number }[];
  #labels: string[] = [];

  constructor(device: object) {
    this.#device = device;
    const { GPUComputePassEncoder, GPUCommandEncoder, GPUQueue, GPUBuffer } = globalThis as Any;
    let label = "";
    intercept(GPUComputePassEncoder, "setPipeline", ([pipeline]) => {
      label = pipeline.label;
    });
    intercept(GPUComputePassEncoder, "dispatchWorkgroups", () => {
      this.#counts.dispatches++;
      this.#counts.byLabel.set(label, (this.#counts.byLabel.get(label) ?? 0) + 1);
      if (this.#sets) this.#labels.push(label);
    });
    intercept(GPUQueue, "submit", () => void this.#counts.submits++);
    intercept(GPUBuffer, "mapAsync", () => void this.#counts.readbacks++);
    intercept(GPUCommandEncoder, "beginComputePass", (given) => {
      if (this.#sets) given[0] = { ...given[0], timestampWrites: this.#stamps() };
    });
  }

  /** What was counted; counting starts again. */
  take(): Counts {
    const counts = this.#counts;
    this.#counts = { dispatches: 0, submits: 0, readbacks: 0, byLabel: new Map() };
    return counts;
  }

  /** Whether {@linkcode DeviceProbe.time} works on this device. */
  get hasTimestamps(): boolean {
    return this.#device.features.has("timestamp-query");
  }

  /**
   * Milliseconds on the device by label, of everything that `run` dispatches. Every dispatch has to
   * have a compute pass of its own.
   */
  async time(run: () => Promise<void>): Promise<Map<string, number>> {
    this.#sets = [];
    this.#labels = [];
    await run();
    const sets = this.#sets;
    this.#sets = undefined;
    const stamps: bigint[] = [];
    for (const { set, used } of sets) stamps.push(...await this.#resolve(set, used));
    const times = new Map<string, number>();
    this.#labels.forEach((label, i) => {
      const ms = Number(stamps[2 * i + 1] - stamps[2 * i]) / 1e6;
      times.set(label, (times.get(label) ?? 0) + Math.max(0, ms));
    });
    return times;
  }

  #stamps(): object {
    const sets = this.#sets!;
    if (sets.length === 0 || sets.at(-1)!.used === QUERIES) {
      sets.push({
        set: this.#device.createQuerySet({ type: "timestamp", count: QUERIES }),
        used: 0,
      });
    }
    const last = sets.at(-1)!;
    last.used += 2;
    return {
      querySet: last.set,
      beginningOfPassWriteIndex: last.used - 2,
      endOfPassWriteIndex: last.used - 1,
    };
  }

  async #resolve(set: Any, used: number): Promise<bigint[]> {
    const { GPUBufferUsage: usage, GPUMapMode } = globalThis as Any;
    const size = 8 * QUERIES;
    const resolved = this.#device.createBuffer({
      size,
      usage: usage.QUERY_RESOLVE | usage.COPY_SRC,
    });
    const readable = this.#device.createBuffer({ size, usage: usage.MAP_READ | usage.COPY_DST });
    const encoder = this.#device.createCommandEncoder();
    encoder.resolveQuerySet(set, 0, used, resolved, 0);
    encoder.copyBufferToBuffer(resolved, 0, readable, 0, size);
    this.#device.queue.submit([encoder.finish()]);
    await readable.mapAsync(GPUMapMode.READ);
    return [...new BigUint64Array(readable.getMappedRange().slice(0, 8 * used))];
  }
}

/** Calls `before` with the arguments of every call of a method, which it may change. */
function intercept(owner: Any, method: string, before: (given: Any[]) => void): void {
  const original = owner.prototype[method];
  owner.prototype[method] = function (...given: Any[]) {
    before(given);
    return original.apply(this, given);
  };
}
