/** Forms of the weights that this app can compute with, as transformers.js names them. */
export type Dtype = 'q4f16' | 'q4' | 'fp16' | 'fp32' | 'q8' | 'int8' | 'uint8';

/** How each is marked in the names of its files. */
const suffixes: Readonly<Record<Dtype, string>> = {
  q4f16: '_q4f16',
  q4: '_q4',
  fp16: '_fp16',
  fp32: '',
  q8: '_quantized',
  int8: '_int8',
  uint8: '_uint8',
};

/** The one to prefer first. */
const usable = Object.keys(suffixes) as Dtype[];

const needed = ['config.json', 'tokenizer.json', 'tokenizer_config.json'] as const;
const welcome = [
  'generation_config.json',
  'special_tokens_map.json',
  'added_tokens.json',
  'chat_template.jinja',
];
/** The licence travels with the model. */
const legal = /^(licen[cs]e|notice|use_policy)(\.(txt|md))?$/i;

/** What one form of a model needs of all the files in its folder. */
export interface ModelVariantFiles<F> {
  dtype: Dtype;
  /** The graph, then its external data, then the tokenizer and what else belongs to it. */
  files: F[];
}

/** What a folder holds, and what it lacks to be a model that this app can run. */
export interface ModelLayout<F> {
  variants: ModelVariantFiles<F>[];
  /** Names of what is missing; empty where the folder is complete. */
  missing: string[];
}

/** Finds the forms of a model among the files of a folder laid out like a Hugging Face ONNX export. */
export function modelLayout<F extends { path: string }>(files: readonly F[]): ModelLayout<F> {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const missing = needed.filter((path) => !byPath.has(path));
  const beside = files.filter(
    ({ path }) => (needed as readonly string[]).includes(path) || welcome.includes(path) || legal.test(path),
  );
  const variants = usable.flatMap((dtype) => {
    const graph = graphOf(dtype, files);
    if (!graph) return [];
    return [{ dtype, files: [graph, ...externalData(graph, files), ...beside] }];
  });
  return { variants, missing: variants.length > 0 ? missing : [...missing, 'onnx/model_q4f16.onnx'] };
}

function graphOf<F extends { path: string }>(dtype: Dtype, files: readonly F[]): F | undefined {
  const names = ['model', 'decoder_model_merged'].map((stem) => `${stem}${suffixes[dtype]}.onnx`);
  const places = names.flatMap((name) => [`onnx/${name}`, name]);
  return places.map((place) => files.find(({ path }) => path === place)).find((file) => file !== undefined);
}

/** `model_q4.onnx_data`, `model_q4.onnx_data_1`, …; older exports call it `model_q4.onnx.data`. */
function externalData<F extends { path: string }>(graph: F, files: readonly F[]): F[] {
  const rest = /^[._]data(_\d+)?$/;
  return files
    .filter(({ path }) => path.startsWith(graph.path) && rest.test(path.slice(graph.path.length)))
    .sort((a, b) => a.path.localeCompare(b.path, 'en', { numeric: true }));
}
