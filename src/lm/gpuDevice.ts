/** A GPU device and what is worth knowing about it. */
export interface OpenedGpu {
  readonly device: GPUDevice;
  /** For people, e.g. `nvidia ampere`, `SwiftShader`. */
  readonly name: string;
  readonly hasF16: boolean;
}

/** onnxruntime sizes its buffers and workgroups by these; a device has only what was asked for. */
const wantedLimits = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxComputeWorkgroupStorageSize',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupSizeY',
  'maxComputeWorkgroupSizeZ',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupsPerDimension',
  'maxStorageBuffersPerShaderStage',
] as const;

/** The adapter of this machine, or null with the reason, before anything is downloaded for it. */
export async function findGpuAdapter(): Promise<GPUAdapter | string> {
  // Browsers without WebGPU have no such property, whatever the types say.
  const gpu = (navigator as { gpu?: GPU }).gpu;
  if (gpu === undefined) return 'this browser has no WebGPU';
  try {
    const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
    return adapter ?? 'the browser offers no graphics device';
  } catch (cause) {
    return `the browser could not open a graphics device: ${String(cause)}`;
  }
}

/**
 * A device with everything onnxruntime can use. Without `subgroups` it takes slower kernels that are right on
 * machines where the fast ones are not (onnxruntime-web 1.30: attention over 32 or more tokens where a subgroup
 * has fewer than 16 invocations).
 */
export async function openGpu(adapter: GPUAdapter, options: { subgroups: boolean }): Promise<OpenedGpu> {
  const wanted: GPUFeatureName[] = ['shader-f16', 'timestamp-query'];
  if (options.subgroups) wanted.push('subgroups');
  const device = await adapter.requestDevice({
    requiredFeatures: wanted.filter((feature) => adapter.features.has(feature)),
    requiredLimits: Object.fromEntries(wantedLimits.map((limit) => [limit, adapter.limits[limit]])),
  });
  return { device, name: adapterName(adapter.info), hasF16: device.features.has('shader-f16') };
}

/** A call may fail this many milliseconds before the device's own report arrives. */
const reportPatienceMs = 200;

/** Whether the device is gone, asked where a call on it has failed. */
export function hasLost({ lost }: GPUDevice): Promise<boolean> {
  const patience = new Promise<boolean>((resolve) => setTimeout(resolve, reportPatienceMs, false));
  return Promise.race([lost.then(() => true), patience]);
}

/** Everything that a page may know about an adapter: two of the same kind are one device to it. */
export function adapterIdentity({ vendor, architecture, device, description }: GPUAdapterInfo): string {
  return [vendor, architecture, device, description].join(' · ');
}

function adapterName({ description, vendor, architecture }: GPUAdapterInfo): string {
  if (description !== '') return description;
  return [vendor, architecture].filter((part) => part !== '').join(' ') || 'an unnamed GPU';
}
