import * as tf from "@tensorflow/tfjs";
import type { BufferManager } from "./buffer_pool.ts";
import { type Program, shaderSource } from "./program.ts";

/** The parts of tfjs's WebGPU backend that the kernels need. */
export interface WebGpuBackend {
  readonly device: WebGpuDevice;
  readonly queue: { writeBuffer(buffer: object, offset: number, data: ArrayBuffer): void };
  readonly bufferManager: BufferManager;
  readonly tensorMap: { get(dataId: object): TensorData };
  readonly commandQueueOwnedIds: WeakSet<object>;
  readonly uniformPendingDisposal: object[];
  readonly commandEncoder: { beginComputePass(): ComputePass } | null;
  computePassEncoder: ComputePass | null;
  dispatchCountInPass: number;
  makeTensorInfo(shape: number[], dtype: tf.DataType, values?: tf.TypedArray): tf.TensorInfo;
  uploadToGPU(dataId: object): void;
  disposeData(dataId: object): boolean;
  ensureCommandEncoderReady(): void;
  endComputePassEncoder(): void;
  submitQueue(): void;
}

interface TensorData {
  /** Set while the numbers are on the CPU. */
  values: tf.TypedArray | null;
  /** The buffer on the device. */
  readonly resource?: object | null;
}

interface WebGpuDevice {
  readonly limits: {
    readonly maxComputeWorkgroupsPerDimension: number;
    readonly maxStorageBuffersPerShaderStage: number;
  };
  createShaderModule(options: { code: string; label: string }): object;
  createComputePipeline(options: object): { getBindGroupLayout(index: number): object };
  createBindGroup(options: object): object;
  createBuffer(options: object): { getMappedRange(): ArrayBuffer; unmap(): void };
}

interface ComputePass {
  setPipeline(pipeline: object): void;
  setBindGroup(index: number, group: object): void;
  dispatchWorkgroups(x: number, y: number): void;
}

/** What a program runs on. */
export interface Dispatch {
  /** A tensor for every buffer of the program, float32 or int32; others are left out. */
  readonly buffers: Readonly<Record<string, tf.TensorInfo | undefined>>;
  /** A number for every parameter of the program. */
  readonly params: Readonly<Record<string, number>>;
  /** Workgroups. */
  readonly groups: number;
  /** The parameters are others in every training step (a seed, say); default false. */
  readonly changing?: boolean;
}

/** From WebGPU's `GPUBufferUsage`. */
const UNIFORM = 0x40, COPY_TO = 0x8;

/** Uniform buffers that are kept for calls with the same parameters. */
const KEPT_UNIFORMS = 2048;

/**
 * Programs on the buffers and the command queue of one tfjs backend.
 *
 * tfjs's own way to run a program allows one output, which is new, and costs a uniform buffer a call.
 * Here a program has as many outputs as there are bindings, may write over a tensor, and finds the
 * uniform buffer of an earlier call with the same parameters. What is recorded goes into tfjs's compute
 * pass, so that both kinds of programs run in the order of their calls.
 */
export class Gpu {
  readonly #backend: WebGpuBackend;
  readonly #pipelines = new Map<Program, { pipeline: object; layout: object }>();
  readonly #uniforms = new Map<string, object>();

  constructor(backend: WebGpuBackend) {
    this.#backend = backend;
  }

  /** Buffers that one program may bind besides its parameters. */
  get maxBuffers(): number {
    return this.#backend.device.limits.maxStorageBuffersPerShaderStage;
  }

  /** A new tensor whose data is not initialised. */
  output(shape: number[], dtype: tf.DataType = "float32"): tf.TensorInfo {
    return this.#backend.makeTensorInfo(shape, dtype);
  }

  /** A new tensor of zeros. */
  zeros(shape: number[]): tf.TensorInfo {
    const values = new Float32Array(tf.util.sizeFromShape(shape));
    return this.#backend.makeTensorInfo(shape, "float32", values);
  }

  /** Gives back tensors that are not returned; the device may still be about to use them. */
  discard(...tensors: tf.TensorInfo[]): void {
    for (const { dataId } of tensors) this.#backend.disposeData(dataId);
  }

  /** The numbers of a tensor that never was on the device, or was read before; else undefined. */
  known({ dataId }: tf.TensorInfo): tf.TypedArray | undefined {
    return this.#backend.tensorMap.get(dataId).values ?? undefined;
  }

  /** Records one dispatch. */
  run(program: Program, { buffers, params, groups, changing = false }: Dispatch): void {
    if (groups === 0) return;
    const backend = this.#backend;
    const { pipeline, layout } = this.#pipeline(program);
    const bound = Object.entries(program.buffers).map(([name, { write }]) => {
      const { dataId } = buffers[name]!;
      backend.uploadToGPU(dataId);
      const data = backend.tensorMap.get(dataId);
      if (write) data.values = null; // what was read before is no longer true
      backend.commandQueueOwnedIds.add(dataId);
      return data.resource!;
    });
    bound.push(this.#uniform(program, { ...params, groups }, changing));
    const entries = bound.map((buffer, binding) => ({ binding, resource: { buffer } }));
    const group = backend.device.createBindGroup({ layout, entries });
    backend.ensureCommandEncoderReady();
    const pass = backend.computePassEncoder ??= backend.commandEncoder!.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, group);
    const rows = Math.ceil(groups / backend.device.limits.maxComputeWorkgroupsPerDimension);
    pass.dispatchWorkgroups(Math.ceil(groups / rows), rows);
    backend.dispatchCountInPass++;
    if (backend.dispatchCountInPass >= tf.env().getNumber("WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE")) {
      backend.endComputePassEncoder();
      backend.submitQueue();
    }
  }

  #pipeline(program: Program): { pipeline: object; layout: object } {
    const present = this.#pipelines.get(program);
    if (present) return present;
    const { device } = this.#backend, label = program.name;
    const module = device.createShaderModule({ code: shaderSource(program), label });
    const compute = { module, entryPoint: "main" };
    const pipeline = device.createComputePipeline({ compute, label, layout: "auto" });
    const made = { pipeline, layout: pipeline.getBindGroupLayout(0) };
    this.#pipelines.set(program, made);
    return made;
  }

  #uniform({ params }: Program, values: Record<string, number>, changing: boolean): object {
    const names = Object.keys(params);
    const data = new ArrayBuffer(Math.ceil((names.length + 1) / 4) * 16);
    const view = new DataView(data);
    names.forEach((name, i) =>
      params[name] === "f32"
        ? view.setFloat32(4 * i, values[name], true)
        : view.setUint32(4 * i, values[name], true)
    );
    view.setUint32(4 * names.length, values.groups, true);
    if (changing) {
      const buffer = this.#backend.bufferManager.acquireBuffer(data.byteLength, UNIFORM | COPY_TO);
      this.#backend.queue.writeBuffer(buffer, 0, data);
      this.#backend.uniformPendingDisposal.push(buffer);
      return buffer;
    }
    const key = new Uint32Array(data).join();
    let buffer = this.#uniforms.get(key);
    if (!buffer) {
      buffer = this.#filled(data);
      // Forgotten, not destroyed: recorded commands may refer to it.
      if (this.#uniforms.size >= KEPT_UNIFORMS) this.#uniforms.clear();
      this.#uniforms.set(key, buffer);
    }
    return buffer;
  }

  #filled(data: ArrayBuffer): object {
    const options = { size: data.byteLength, usage: UNIFORM, mappedAtCreation: true };
    const buffer = this.#backend.device.createBuffer(options);
    new Uint8Array(buffer.getMappedRange()).set(new Uint8Array(data));
    buffer.unmap();
    return buffer;
  }
}
