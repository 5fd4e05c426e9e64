import type { CareerHistory } from '../../career/index.ts';
import type { LoraConfig } from '../../onnx/index.ts';
import { AppError } from '../../platform/index.ts';
import type { AdapterFileSet, RunRow } from '../../storage/index.ts';
import { careerDocument, type PieceEncoder } from '../documents/document.ts';
import { importAdapter } from '../files/adapterFile.ts';
import type { AdapterAbout } from '../files/card.ts';
import { peftFileNames } from '../files/fileNames.ts';
import { aboutRun, summaryOf } from '../files/keptFiles.ts';
import { template } from '../files/template.ts';
import type { Preparation, PredictorParts, TunedResources } from '../kind.ts';
import { RouteModel } from '../language/routeModel.ts';
import type { OpenPanel } from '../openPanel.ts';
import type { LearningModel, LearningResources, PreparedRun } from '../preparedRun.ts';
import { optimizerOf, trainingOf } from '../training/gradientSettings.ts';
import type { LoraRunSettings } from './kind.ts';
import { type LoraSettings, LoraTask } from './loraTask.ts';
import { lowerStates } from './lowerStates.ts';
import { exportLora, type ImportedLora, importLora } from './peft.ts';
import { tunedDecoder } from './tunedDecoder.ts';

export const loraParts: PredictorParts<LoraRunSettings> = {
  prepare: prepareLora,
  async open(files, { resources }) {
    const { route } = await tunedRoute(files, resources);
    return { model: new RouteModel(route), dispose: () => route.dispose() };
  },
  async check(files, name, { resources }) {
    const { about } = await readLora(files, await resources.languageModel());
    return about ?? aboutForeignLora(name);
  },
  async tune(files, { resources, key, signal }): Promise<TunedResources> {
    const own = loraFiles(files);
    const { language, route } = await tunedRoute(own, resources, signal);
    const tuned: LearningModel = { ...language, route, tunedBy: key };
    return {
      resources: { runner: (each) => resources.runner(each), languageModel: () => Promise.resolve(tuned) },
      files: own,
      dispose: () => route.dispose(),
    };
  },
};

/** LoRA's files among those of something that stands on it: its card is of no use there. */
function loraFiles(files: AdapterFileSet): AdapterFileSet {
  const { weights, config } = peftFileNames;
  return files.filter(({ name }) => name === weights || name === config);
}

/** The tuned language model, on the device. Whoever opens it disposes of it. */
async function tunedRoute(files: AdapterFileSet, resources: LearningResources, signal?: AbortSignal) {
  const language = await resources.languageModel(signal);
  const { lora, theta } = await readLora(files, language);
  const route = await language.open(tunedDecoder(language.base(), lora, theta, language.contextLength));
  return { language, route };
}

/** What comes back from a cluster has no card: whom it learned from is not known. */
function aboutForeignLora(name: string): AdapterAbout {
  return {
    kind: 'lora',
    name,
    date: new Date().toISOString(),
    baseModel: null,
    template,
    occupations: null,
    learnedFrom: { people: 0, observations: 0, firstYear: null, lastYear: null },
    settings: {},
    seed: 0,
    figures: {},
  };
}

const attention = ['q_proj', 'k_proj', 'v_proj', 'o_proj'];
const mlp = ['gate_proj', 'up_proj', 'down_proj'];

/**
 * LoRA on the language model by next-token prediction, on the texts of a panel's fitting people. Where only the top layers are
 * adapted, the others are run once.
 */
async function prepareLora(
  run: RunRow,
  settings: LoraRunSettings,
  panel: OpenPanel,
  { resources, onHiddenStates, signal }: Preparation,
): Promise<PreparedRun> {
  const language = await resources.languageModel(signal);
  const { tokenizer } = language;
  const base = language.base();
  const lora = loraConfig(settings, base.config.layers);
  const encoder: PieceEncoder = { encode: (piece) => tokenizer.encode([piece]).tokens };
  const documents = (people: readonly CareerHistory[]) =>
    people.map((person) => careerDocument(person, encoder, settings.structureWeight));
  const { seed, dropout, tokensPerBatch } = settings;
  const own: LoraSettings = { seed, lora, dropout, tokensPerBatch, optimizer: optimizerOf(settings) };
  const [training, tuning] = [documents(panel.people.fitting), documents(panel.people.tuning)];
  const firstLayer = lora.layers?.[0] ?? 0;
  const states =
    firstLayer > 0
      ? await lowerStates(base, [...training, ...tuning], firstLayer, await resources.runner(signal), {
          ...(signal && { signal }),
          report: onHiddenStates,
        })
      : undefined;
  const task = new LoraTask(base, training, tuning, own, states);
  const tokens = [...training, ...tuning].reduce((sum, document) => sum + document.tokens.length, 0);
  const layerBytes = states ? 2 * tokens * base.config.hiddenSize : 0;
  const weights = [...base.tensors.values()].reduce((sum, { byteLength }) => sum + byteLength, 0);
  const { name, revision } = language.report;
  return {
    task,
    training: trainingOf(settings),
    examples: 'tokens',
    bytes: weights + layerBytes + 8 * tokens + 16 * task.initialTheta().length,
    example: () => Promise.resolve(null),
    async adapter(row, best) {
      const about = aboutRun(row, panel, { lora }, { list: null, baseModel: { name, revision } });
      const { weights, config, card } = await exportLora(base, lora, best, about);
      const text = new TextEncoder();
      const files = [
        { name: peftFileNames.weights, content: weights },
        { name: peftFileNames.config, content: text.encode(config) },
        { name: peftFileNames.card, content: text.encode(card) },
      ];
      const bytes = files.reduce((sum, { content }) => sum + content.length, 0);
      return { row: summaryOf(run.id, about, 'run', bytes), files };
    },
  };
}

/** LoRA as PEFT keeps it, with or without our card. Throws `bad-input` that says what is damaged or does not fit. */
async function readLora(
  files: AdapterFileSet,
  language: LearningModel,
): Promise<ImportedLora & { about: AdapterAbout | null }> {
  const content = (name: string) => files.find((file) => file.name === name)?.content;
  const { weights: weightsName, config: configName, card: cardName } = peftFileNames;
  const [weights, config, card] = [weightsName, configName, cardName].map(content);
  if (!weights || !config)
    throw new AppError(
      'bad-input',
      `LoRA needs both ${weightsName} and ${configName}; ${weights ? configName : weightsName} is missing.`,
    );
  const { name, revision } = language.report;
  const expected = { kind: 'lora', baseModel: { name, revision }, template } as const;
  const text = new TextDecoder();
  const carded = card && (await importAdapter({ weights, card: text.decode(card) }, expected));
  return {
    about: carded?.about ?? null,
    ...importLora({ weights, config: text.decode(config) }, language.base().config),
  };
}

function loraConfig({ rank, alpha, targets, topLayers }: LoraRunSettings, layers: number): LoraConfig {
  const first = topLayers === 0 ? 0 : Math.max(0, layers - topLayers);
  return {
    rank,
    alpha,
    targets: targets === 'attention' ? attention : [...attention, ...mlp],
    ...(first > 0 && { layers: Array.from({ length: layers - first }, (_, i) => first + i) }),
  };
}
