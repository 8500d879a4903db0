import {
  LINEAR_BIAS,
  LINEAR_BYTES,
  LINEAR_CHANNELS,
  LINEAR_CORRECTIONS,
  LINEAR_DTYPE,
  LINEAR_INPUT,
  LINEAR_K,
  LINEAR_N,
  LINEAR_SCALES,
  LINEAR_WEIGHTS,
} from "../kernels/layout.ts";
import { padded } from "../packing/linear_packer.ts";
import type { EngineThread } from "../packing/pack_model.ts";

/** A layer made of some outputs of a larger one. */
export interface GatheredLayer {
  /** Address of its descriptor. */
  readonly linear: number;
  /** Outputs of the larger layer, ascending; more outputs of the smaller one are padding. */
  readonly ids: Int32Array;
}

/** A gathered layer with the room that it has. */
interface Block extends GatheredLayer {
  ids: Int32Array;
  readonly capacity: number;
  readonly addresses: readonly number[];
}

/** Outputs that room is made for at a time, so that batches of about the same size share it. */
const STEP = 512;
/** Layers that are kept for later; more are in use only where calls overlap on one thread. */
const KEPT = 2;

/**
 * Gathers outputs of a layer into smaller layers, whose memory is used again and again: a shortlist of the next batch
 * needs about as much, and the same shortlist needs no gathering at all.
 */
export class GatheredLayers {
  readonly #thread: EngineThread;
  readonly #linear: number;
  readonly #idle: Block[] = [];

  /**
   * Prepares for gathering; takes no memory yet.
   *
   * @param thread Kernels and heap.
   * @param linear Address of the larger layer's descriptor.
   */
  constructor(thread: EngineThread, linear: number) {
    this.#thread = thread;
    this.#linear = linear;
  }

  /**
   * Makes a layer, or takes one that is there.
   *
   * @param ids Outputs of the larger layer, ascending, none twice.
   * @returns The layer; to be given back.
   */
  take(ids: Int32Array): GatheredLayer {
    const same = this.#idle.findIndex((block) => isSame(block.ids, ids));
    if (same >= 0) return this.#idle.splice(same, 1)[0];
    const fitting = this.#idle.findIndex(({ capacity }) => capacity >= ids.length);
    const block = fitting >= 0 ? this.#idle.splice(fitting, 1)[0] : this.#allocate(ids.length);
    this.#fill(block, ids);
    return block;
  }

  /**
   * Takes a layer back.
   *
   * @param layer What `take` gave.
   */
  giveBack(layer: GatheredLayer): void {
    this.#idle.push(layer as Block);
    if (this.#idle.length <= KEPT) return;
    // The smallest one goes: the others serve its batches too.
    this.#idle.sort((a, b) => b.capacity - a.capacity);
    for (const address of this.#idle.pop()!.addresses) this.#thread.heap.free(address);
  }

  #allocate(count: number): Block {
    const { heap } = this.#thread;
    const capacity = Math.ceil(count / STEP) * STEP;
    const { k, isInt8, input } = this.#shape();
    const addresses: number[] = [];
    const room = (bytes: number) => {
      const address = heap.allocate(bytes);
      addresses.push(address);
      return address;
    };
    const linear = room(LINEAR_BYTES);
    const fields: readonly (readonly [offset: number, value: number])[] = [
      [LINEAR_DTYPE, Number(isInt8)],
      [LINEAR_K, k],
      [LINEAR_WEIGHTS, room(capacity * k * (isInt8 ? 1 : 4))],
      [LINEAR_BIAS, room(capacity * 4)],
      [LINEAR_SCALES, isInt8 ? room(capacity * 4) : 0],
      [LINEAR_CORRECTIONS, isInt8 ? room(capacity * 4) : 0],
      [LINEAR_INPUT, input],
      [LINEAR_CHANNELS, 0],
    ];
    for (const [offset, value] of fields) heap.views.integers[(linear + offset) / 4] = value;
    return { linear, ids: new Int32Array(0), capacity, addresses };
  }

  #fill(block: Block, ids: Int32Array): void {
    const { heap, kernels } = this.#thread;
    heap.views.integers[(block.linear + LINEAR_N) / 4] = padded(ids.length);
    const idsAt = heap.placeIntegers(ids);
    kernels.gatherColumns(this.#linear, idsAt, ids.length, block.linear);
    heap.free(idsAt);
    block.ids = ids;
  }

  /** `input` are the bits of a float32. */
  #shape(): { k: number; isInt8: boolean; input: number } {
    const { integers } = this.#thread.heap.views;
    return {
      k: integers[(this.#linear + LINEAR_K) / 4],
      isInt8: integers[(this.#linear + LINEAR_DTYPE) / 4] === 1,
      input: integers[(this.#linear + LINEAR_INPUT) / 4],
    };
  }
}

function isSame(a: Int32Array, b: Int32Array): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}
