/** What can befall a worker. The page sends it over the channel `faults`; the worker says when it is in place. */
export type WorkerFault =
  /** The next tensors that onnxruntime hands out are all zeros, or no numbers. */
  | { kind: 'zeros' | 'nans'; times: number }
  /** Dies when it has taken so many more tensors out of onnxruntime: by its own end, or by an error that nobody catches. */
  | { kind: 'end' | 'crash'; after: number }
  /** onnxruntime gets no more memory. */
  | { kind: 'no memory' }
  /** The browser gives the store no more room. */
  | { kind: 'disk full' }
  /** The graphics device is lost when it has been given so much more work. */
  | { kind: 'gpu lost'; after: number }
  /** The graphics device has no more room for buffers when it has been given so much more work. */
  | { kind: 'gpu full'; after: number }
  /** The clock is so many milliseconds ahead. */
  | { kind: 'clock'; ahead: number }
  /** Nothing of the above any more. */
  | { kind: 'none' };

export interface FaultOrder {
  /** Name of the worker that it is for. */
  worker: 'onward' | 'onward-learning';
  fault: WorkerFault;
}

/** What a worker says over the channel: that it has begun, or that a fault is in place. */
export type WorkerWord = { says: 'begun'; name: string } | { says: 'in place' };

/**
 * The fault kit of a worker's realm. Its text is put ahead of the worker's script, so that it uses nothing of this module.
 * It changes what onnxruntime and the app stand on (typed arrays, WebAssembly memory, WebGPU, the clock), never the app.
 */
export function workerFaults(): void {
  const scope = globalThis as unknown as { name: string; close: () => void };
  /** A method as it was, to be called on whatever it is called on. */
  const method = (owner: object, name: string): unknown =>
    Object.getOwnPropertyDescriptor(owner, name)?.value;
  let fault: WorkerFault = { kind: 'none' };
  let left = 0;
  const devices: GPUDevice[] = [];
  const channel = new BroadcastChannel('faults');
  channel.onmessage = ({ data }: MessageEvent<FaultOrder | WorkerWord>) => {
    if (!('worker' in data) || data.worker !== scope.name) return;
    ({ fault } = data);
    left = 'times' in fault ? fault.times : 'after' in fault ? fault.after : 0;
    channel.postMessage({ says: 'in place' } satisfies WorkerWord);
  };
  channel.postMessage({ says: 'begun', name: scope.name } satisfies WorkerWord);

  // onnxruntime hands a tensor out by copying it from its memory into an array of its own.
  const copy = Object.getPrototypeOf(Uint8Array.prototype) as { set: Uint8Array['set'] };
  const isOfRuntime = (source: ArrayLike<number>): source is Uint8Array =>
    source instanceof Uint8Array &&
    source.buffer.byteLength >= 2 ** 24 &&
    source.byteLength < source.buffer.byteLength;
  Object.defineProperty(Uint8Array.prototype, 'set', {
    configurable: true,
    writable: true,
    value(this: Uint8Array, source: ArrayLike<number>, offset?: number): void {
      copy.set.call(this, source, offset);
      if (!isOfRuntime(source) || source.buffer === this.buffer) return;
      if ((fault.kind === 'zeros' || fault.kind === 'nans') && left > 0) {
        left--;
        this.fill(fault.kind === 'zeros' ? 0 : 0xff);
      }
      if ((fault.kind === 'end' || fault.kind === 'crash') && --left < 0) {
        if (fault.kind === 'end') scope.close();
        else
          setTimeout(() => {
            throw new Error('crashed on purpose');
          });
        fault = { kind: 'none' };
      }
    },
  });

  const grow = method(WebAssembly.Memory.prototype, 'grow') as (
    this: WebAssembly.Memory,
    pages: number,
  ) => number;
  WebAssembly.Memory.prototype.grow = function (this: WebAssembly.Memory, pages: number): number {
    if (fault.kind === 'no memory')
      throw new RangeError('WebAssembly.Memory.grow(): Maximum memory size exceeded');
    return grow.call(this, pages);
  };

  const put = method(IDBObjectStore.prototype, 'put') as (
    this: IDBObjectStore,
    ...row: unknown[]
  ) => IDBRequest<IDBValidKey>;
  IDBObjectStore.prototype.put = function (this: IDBObjectStore, ...row: unknown[]) {
    if (fault.kind === 'disk full') throw new DOMException('no room is left', 'QuotaExceededError');
    return put.apply(this, row);
  };

  const now = Date.now;
  Date.now = () => now() + (fault.kind === 'clock' ? fault.ahead : 0);

  if (!('GPUAdapter' in scope)) return;
  const requestDevice = method(GPUAdapter.prototype, 'requestDevice') as (
    this: GPUAdapter,
    wanted?: GPUDeviceDescriptor,
  ) => Promise<GPUDevice>;
  GPUAdapter.prototype.requestDevice = async function (this: GPUAdapter, wanted?: GPUDeviceDescriptor) {
    const device = await requestDevice.call(this, wanted);
    devices.push(device);
    return device;
  };
  const submit = method(GPUQueue.prototype, 'submit') as (
    this: GPUQueue,
    work: Iterable<GPUCommandBuffer>,
  ) => undefined;
  GPUQueue.prototype.submit = function (this: GPUQueue, work: Iterable<GPUCommandBuffer>) {
    submit.call(this, work);
    if (fault.kind === 'gpu full') left--;
    if (fault.kind !== 'gpu lost' || --left >= 0) return;
    fault = { kind: 'none' };
    for (const device of devices.splice(0)) device.destroy();
  };
  const createBuffer = method(GPUDevice.prototype, 'createBuffer') as (
    this: GPUDevice,
    wanted: GPUBufferDescriptor,
  ) => GPUBuffer;
  GPUDevice.prototype.createBuffer = function (this: GPUDevice, wanted: GPUBufferDescriptor) {
    const isFull = fault.kind === 'gpu full' && left < 0 && wanted.mappedAtCreation !== true;
    // Without room, browsers give a buffer that is not valid, as they do where too much is asked for.
    return createBuffer.call(this, isFull ? { ...wanted, size: 2 ** 52 } : wanted);
  };
}
