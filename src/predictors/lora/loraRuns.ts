import type { CareerHistory } from '../../career/index.ts';
import { type AdapterAbout } from '../files/card.ts';
import { careerDocument, type PieceEncoder } from '../documents/document.ts';
import { exportLora, type ImportedLora, importLora, peftFileNames } from './peft.ts';
import { importAdapter } from '../files/adapterFile.ts';
import { type LoraSettings, LoraTask } from './loraTask.ts';
import { lowerStates } from './lowerStates.ts';
import { tunedDecoder } from './tunedDecoder.ts';
import type { LoraConfig } from '../../onnx/index.ts';
import { AppError } from '../../platform/index.ts';
import type { AdapterFileSet, AdapterToKeep, RunRow } from '../../storage/index.ts';
import type { LoraRunSettings } from '../runSettings.ts';
import type { OpenPanel } from '../openPanel.ts';
import type { LearningModel, LearningResources, PreparedRun } from '../preparedRun.ts';
import { aboutRun, summaryOf, template } from '../adapters.ts';
import type { AskedModel } from '../askedModel.ts';
import { optimizerOf, trainingOf } from '../training/gradientSettings.ts';
import type { StatesProgress } from '../head/panelStates.ts';
import { RouteModel } from '../language/routeModel.ts';

const attention = ['q_proj', 'k_proj', 'v_proj', 'o_proj'];
const mlp = ['gate_proj', 'up_proj', 'down_proj'];

/**
 * LoRA on the language model by next-token prediction, on the texts of a panel's fitting people. Where only the top layers are
 * adapted, the others are run once.
 */
export async function prepareLora(
  run: RunRow,
  settings: LoraRunSettings,
  panel: OpenPanel,
  resources: LearningResources,
  { onRead, signal }: StatesProgress,
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
          ...(onRead && { report: onRead }),
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

/** Throws `bad-input` where the files are no LoRA for this model. */
export async function openLora(
  files: AdapterToKeep['files'],
  resources: LearningResources,
): Promise<{ model: AskedModel; dispose: () => Promise<void> }> {
  const language = await resources.languageModel();
  const { lora, theta } = await readLora(files, language);
  const route = await language.open(tunedDecoder(language.base(), lora, theta, language.contextLength));
  return { model: new RouteModel(route), dispose: () => route.dispose() };
}

/** LoRA as PEFT keeps it, with or without our card. Throws `bad-input` that says what is damaged or does not fit. */
export async function readLora(
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
